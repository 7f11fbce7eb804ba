"""PPO in torch on environments that numpy steps: the way of CleanRL.

    ppo_torch.py

The first two updates, which warm caches up, are not counted.
"""

from world import (ACTIONS, BITS, CLIP, DISCOUNT, ENTROPY, ENVIRONMENTS, EPOCHS, MINIBATCHES, NORM, QUICK, RATE,
                   ROLLOUT, TRACE, VALUE, WIDTH, Environments, now, one_core, report)

one_core()

import numpy as np  # noqa: E402
from processor_torch import load  # noqa: E402

torch = load()
from torch import nn  # noqa: E402

torch.manual_seed(0)
UPDATES = 40 // QUICK
BATCH = ENVIRONMENTS * ROLLOUT


def linear(inputs, outputs, gain):
    layer = nn.Linear(inputs, outputs)
    nn.init.orthogonal_(layer.weight, gain)
    nn.init.zeros_(layer.bias)
    return layer


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Sequential(linear(BITS, WIDTH, 2**0.5), nn.ReLU(), linear(WIDTH, WIDTH, 2**0.5), nn.ReLU())
        self.policy, self.value = linear(WIDTH, ACTIONS, 0.01), linear(WIDTH, 1, 1.0)

    def forward(self, x):
        units = self.hidden(x)
        return torch.log_softmax(self.policy(units), -1), self.value(units).squeeze(-1)


network = Network()
optimiser = torch.optim.Adam(network.parameters(), lr=RATE, eps=1e-5)
environments = Environments(ENVIRONMENTS, 0)
observations = torch.zeros(ROLLOUT, ENVIRONMENTS, BITS)
actions = torch.zeros(ROLLOUT, ENVIRONMENTS, dtype=torch.long)
old, rewards, ended, values = (torch.zeros(ROLLOUT, ENVIRONMENTS) for _ in range(4))


def update(rate):
    optimiser.param_groups[0]["lr"] = rate
    with torch.no_grad():
        for moment in range(ROLLOUT):
            observations[moment] = torch.from_numpy(environments.observations)
            log_policy, values[moment] = network(observations[moment])
            # The largest of logits with Gumbel noise is a draw from them, cheaper than a distribution object.
            noise = -torch.log(-torch.log(torch.rand_like(log_policy) + 1e-20) + 1e-20)
            actions[moment] = (log_policy + noise).argmax(-1)
            old[moment] = log_policy.gather(-1, actions[moment][:, None]).squeeze(-1)
            reward, end = environments.step(actions[moment].numpy())
            rewards[moment], ended[moment] = torch.from_numpy(reward), torch.from_numpy(end.astype(np.float32))
        next_value = network(torch.from_numpy(environments.observations))[1]
        advantages, ahead = torch.zeros_like(rewards), torch.zeros(ENVIRONMENTS)
        for moment in reversed(range(ROLLOUT)):
            on = 1.0 - ended[moment]
            ahead = rewards[moment] + DISCOUNT * next_value * on - values[moment] + DISCOUNT * TRACE * on * ahead
            advantages[moment], next_value = ahead, values[moment]
    rows = [x.reshape(BATCH, *x.shape[2:]) for x in (observations, actions, old, advantages, advantages + values)]
    for _ in range(EPOCHS):
        for picked in torch.randperm(BATCH).chunk(MINIBATCHES):
            seen, acted, before, advantage, target = (x[picked] for x in rows)
            log_policy, value = network(seen)
            ratio = (log_policy.gather(-1, acted[:, None]).squeeze(-1) - before).exp()
            advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
            surrogate = torch.min(advantage * ratio, advantage * ratio.clamp(1 - CLIP, 1 + CLIP)).mean()
            entropy = -(log_policy.exp() * log_policy).sum(-1).mean()
            loss = -surrogate - ENTROPY * entropy + VALUE * 0.5 * ((value - target) ** 2).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), NORM)
            optimiser.step()


for _ in range(2):
    update(RATE)
begun = now()
for index in range(UPDATES):
    update(RATE * (1 - index / UPDATES))
first, last = np.mean(environments.returns[:500]), np.mean(environments.returns[-2000:])
report(UPDATES * BATCH, begun, **{"first return": float(first), "last return": float(last)})
