//! The settings of proximal policy optimisation, and the table of them that the checker,
//! the canonical form and the documentation share.

use serde::Serialize;

/// Settings of PPO, all checked against [`SETTINGS`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ppo {
    /// Environment steps per seed; training rounds up to whole rollouts.
    pub steps: u64,
    pub seeds: u32,
    pub environments: u32,
    /// Steps of each environment between updates.
    pub rollout: u32,
    pub epochs: u32,
    pub minibatches: u32,
    pub learning_rate: f64,
    pub discount: f64,
    /// The lambda of generalised advantage estimation.
    pub lambda: f64,
    pub clip: f64,
    pub entropy: f64,
    pub value: f64,
    pub gradient_norm: f64,
}

impl Default for Ppo {
    fn default() -> Self {
        Ppo {
            steps: 500_000,
            seeds: 8,
            environments: 64,
            rollout: 128,
            epochs: 4,
            minibatches: 4,
            learning_rate: 1e-3,
            discount: 0.99,
            lambda: 0.95,
            clip: 0.2,
            entropy: 0.01,
            value: 0.5,
            gradient_norm: 0.5,
        }
    }
}

/// One setting: its words in a prediction file, its range, and its meaning.
pub struct Setting {
    /// As written in `train ppo { … }`; some have two words.
    pub name: &'static str,
    /// Whether it must be a whole number.
    pub whole: bool,
    /// The least and the largest value.
    pub range: (f64, f64),
    pub meaning: &'static str,
    pub get: fn(&Ppo) -> f64,
    pub set: fn(&mut Ppo, f64),
}

/// Every setting of `train ppo`, in canonical order.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "steps",
        whole: true,
        range: (1.0, 1e9),
        meaning: "environment steps per seed, rounded up to whole rollouts",
        get: |p| p.steps as f64,
        set: |p, v| p.steps = v as u64,
    },
    Setting {
        name: "seeds",
        whole: true,
        range: (1.0, 1000.0),
        meaning: "networks trained, each from its own seed",
        get: |p| p.seeds.into(),
        set: |p, v| p.seeds = v as u32,
    },
    Setting {
        name: "environments",
        whole: true,
        range: (1.0, 4096.0),
        meaning: "environments that step together",
        get: |p| p.environments.into(),
        set: |p, v| p.environments = v as u32,
    },
    Setting {
        name: "rollout",
        whole: true,
        range: (1.0, 4096.0),
        meaning: "steps of each environment between updates",
        get: |p| p.rollout.into(),
        set: |p, v| p.rollout = v as u32,
    },
    Setting {
        name: "epochs",
        whole: true,
        range: (1.0, 100.0),
        meaning: "passes over each rollout",
        get: |p| p.epochs.into(),
        set: |p, v| p.epochs = v as u32,
    },
    Setting {
        name: "minibatches",
        whole: true,
        range: (1.0, 1024.0),
        meaning: "parts that each pass is cut into",
        get: |p| p.minibatches.into(),
        set: |p, v| p.minibatches = v as u32,
    },
    Setting {
        name: "learning rate",
        whole: false,
        range: (1e-8, 1.0),
        meaning: "step size of Adam at the start; it falls linearly to 0",
        get: |p| p.learning_rate,
        set: |p, v| p.learning_rate = v,
    },
    Setting {
        name: "discount",
        whole: false,
        range: (0.0, 1.0),
        meaning: "weight of the reward one step later",
        get: |p| p.discount,
        set: |p, v| p.discount = v,
    },
    Setting {
        name: "lambda",
        whole: false,
        range: (0.0, 1.0),
        meaning: "lambda of generalised advantage estimation",
        get: |p| p.lambda,
        set: |p, v| p.lambda = v,
    },
    Setting {
        name: "clip",
        whole: false,
        range: (1e-3, 10.0),
        meaning: "how far the probability ratio may move in the surrogate",
        get: |p| p.clip,
        set: |p, v| p.clip = v,
    },
    Setting {
        name: "entropy",
        whole: false,
        range: (0.0, 10.0),
        meaning: "weight of the entropy bonus",
        get: |p| p.entropy,
        set: |p, v| p.entropy = v,
    },
    Setting {
        name: "value",
        whole: false,
        range: (0.0, 100.0),
        meaning: "weight of the value loss",
        get: |p| p.value,
        set: |p, v| p.value = v,
    },
    Setting {
        name: "gradient norm",
        whole: false,
        range: (1e-6, 1e6),
        meaning: "the norm to which the gradient is clipped",
        get: |p| p.gradient_norm,
        set: |p, v| p.gradient_norm = v,
    },
];
