//! The words of the language, listed once: the parser's messages, the tests and the reference all use these lists.

use std::sync::LazyLock;

/// A word (or two) with a meaning of its own.
#[derive(Clone, Copy)]
pub struct Entry {
    /// As written; in a form with an `X` or `N` in front, the word that decides.
    pub name: &'static str,
    /// How it is used.
    pub form: &'static str,
    pub meaning: &'static str,
    /// Something that contains it and is accepted where it may stand.
    pub example: &'static str,
}

impl Entry {
    /// How it is written, with an example where there is one that fits a line and is as whole as the form.
    pub fn written(&self) -> String {
        let only_a_part = self.example.starts_with(self.name) && !self.form.starts_with(self.name);
        let shown = !self.example.is_empty() && !self.example.contains('\n') && !only_a_part;
        let example = if shown { format!(", for example `{}`", self.example) } else { String::new() };
        format!("write `{}`{example}", self.form)
    }
}

const fn entry(name: &'static str, form: &'static str, example: &'static str, meaning: &'static str) -> Entry {
    Entry { name, form, meaning, example }
}

/// The names in a list.
pub fn names(entries: &'static [Entry]) -> Vec<&'static str> {
    entries.iter().map(|entry| entry.name).collect()
}

/// Words that are never names of anything.
pub const RESERVED: &[&str] = &[
    "always", "and", "or", "not", "then", "at", "wall", "holding", "visible", "within", "agent", "anywhere", "free",
    "stay", "other", "rest", "train", "training", "north", "south", "east", "west",
];

pub const ITEMS: &[Entry] = &[
    entry("edition", "edition 1", "", "the edition of the language; the first statement of a file"),
    entry("world", "world NAME { … }", "world small { layout room 3x3 }", "a gridworld"),
    entry("study", "study NAME { … }", "", "heuristics and forecasts about training in a world"),
    entry("use", "use \"FILE\"", "use \"worlds/other.shard\"", "imports the worlds of another file"),
];

pub const WORLD: &[Entry] = &[
    entry("layout", "layout LAYOUT", "", "the walls, drawn anew per level; required"),
    entry("start", "start PLACE", "start corner(south, west)", "where the agent begins; default `anywhere`"),
    entry("view", "view VIEW", "view offsets", "what the agent sees, as bits; default `all`"),
    entry("horizon", "horizon N", "horizon 80", "an episode is cut after N steps; default 100"),
    entry("step reward", "step reward R", "step reward -0.01", "added at every step; default 0"),
    entry("slip", "slip P%", "slip 5%", "the probability that a random action replaces the one taken; default 0%"),
    entry("object", "object NAME { … }", "object coin { count 2 }", "a kind of object"),
    entry("carry", "carry N", "carry 2", "at most N objects in hand; default no limit"),
];

pub const LAYOUTS: &[Entry] = &[
    entry("room", "room WxH", "room 9x9", "all floor"),
    entry("maze", "maze WxH [braid P%]", "maze 9x9 braid 20%", "a depth-first maze; `braid` opens dead ends"),
    entry("scatter", "scatter WxH walls P%", "scatter 9x9 walls 12%", "each cell a wall with that probability"),
    entry("map", "map \"\"\" … \"\"\"", "map \"\"\"\n...A\n.#..\n\"\"\"", "`#` wall, `.` floor, a letter a marker"),
    entry("rooms", "rooms WxH grid CxR", "rooms 9x9 grid 2x2", "CxR rooms joined by doors one cell wide"),
];

pub const VIEWS: &[Entry] = &[
    entry("all", "view all", "all", "a plane for walls, one for the agent, one per look"),
    entry("offsets", "view offsets", "offsets", "one bit per look and offset from the agent"),
    entry("window", "view window N", "window 5", "as `all`, in the NxN square around the agent; N is odd"),
];

pub const OBJECT: &[Entry] = &[
    entry("count", "count N", "count 3", "how many; default 1, may be 0"),
    entry(
        "at",
        "at PLACE` · `at PLACE P%, PLACE P%",
        "at edge(north) 60%, near(cheese, 2) 40%",
        "where each is placed; default `anywhere`; with shares, one place is drawn per level",
    ),
    entry(
        "reward",
        "reward R [at PLACE]",
        "reward +1 at near(cheese, 2)",
        "received when touching works, there only if a place is given; several add up",
    ),
    entry("stays", "stays", "stays", "touching does nothing to it; the default"),
    entry("ends", "ends", "ends", "touching ends the episode"),
    entry("vanishes", "vanishes", "vanishes", "touching removes it"),
    entry("respawns", "respawns", "respawns", "touching moves it to a fresh place"),
    entry(
        "carried",
        "carried",
        "carried; respawns",
        "touching puts it in hand; with `respawns` it returns when used up",
    ),
    entry("blocks", "blocks", "blocks", "its cell can be entered only when touching works"),
    entry("needs", "needs OBJECT", "needs cheese", "touching works only while that object is carried, and uses one up"),
    entry(
        "unless",
        "unless OBJECT",
        "unless cheese",
        "while that object is carried, touching uses one up and removes this one, without reward",
    ),
    entry("moves", "moves random P%` · `moves toward agent P%", "moves random 20%", "it takes steps of its own"),
    entry("looks", "looks NAME, NAME", "looks red, round", "the looks it shows; default its own name"),
];

pub const MOVES: &[Entry] = &[
    entry("random", "moves random P%", "random 20%", "a step to a free side, with this probability"),
    entry("toward agent", "moves toward agent P%", "toward agent 20%", "a step along a shortest path to the agent"),
];

pub const PLACES: &[Entry] = &[
    entry("anywhere", "anywhere", "anywhere", "the whole grid"),
    entry(
        "corner",
        "corner(V, H[, K])",
        "corner(north, east, 2)",
        "the KxK square in the corner; K is 1 where left out",
    ),
    entry("edge", "edge(SIDE)", "edge(west)", "the outermost row or column"),
    entry("columns", "columns(A, B)", "columns(0, 2)", "columns from the first to the last"),
    entry("rows", "rows(A, B)", "rows(1, 1)", "rows from the first to the last"),
    entry("cell", "cell(X, Y)", "cell(2, 1)", "one cell: column, row"),
    entry("marker", "marker('C')", "marker('A')", "the cells of a map that carry this letter"),
    entry(
        "near",
        "near(OBJECT or agent, K)",
        "near(cheese, 2)",
        "at a path distance of at most K; in placements, `start` and rewards only",
    ),
];

pub const STUDY: &[Entry] = &[
    entry("on", "on WORLD", "", "the world it trains in; required"),
    entry("agent", "agent mlp(N, …)", "", "the network, by the widths of its hidden layers; required"),
    entry("train", "train ppo { … }", "train ppo { seeds 12 }", "settings of the training"),
    entry("heuristic", "heuristic NAME { … }", "heuristic go { if always then move east }", "an if-then rule"),
    entry("scenario", "scenario NAME { … }", "scenario none { object cheese { count 0 } }", "a world to deploy in"),
    entry("predict", "predict FORECAST", "predict selected(to_cheese) = 70%", "a forecast"),
    entry("phase", "phase NAME [after OTHER] { … }", "phase more after train { horizon 5 }", "further training"),
    entry(
        "solver",
        "solver NAME = h, h",
        "solver food = to_cheese",
        "heuristics that are one state of the chains; once a solver is declared, rules in none count as `other`",
    ),
    entry(
        "solvers",
        "solvers learned K",
        "solvers learned 3",
        "divides the units into K groups without the heuristics, 2 to 16; they are reported, and no forecast is about them",
    ),
    entry(
        "claim",
        "claim NAME \"…\" { … }",
        "claim wins \"yes\" { confirm share(to_cheese) > 1% at 95% }",
        "something about means over seeds, with what confirms it and what refutes it",
    ),
];

/// What a claim holds, each at most once.
pub const CLAIM: &[Entry] = &[
    entry(
        "confirm",
        "confirm NUMBER COMPARED NUMBER at P%",
        "confirm share(to_cheese) > share(go_east) at 95%",
        "what confirms it: the comparison of means over seeds holds in at least P% of bootstrap resamples of seeds",
    ),
    entry(
        "refute",
        "refute NUMBER COMPARED NUMBER at P%",
        "refute share(to_cheese) < 20% at 95%",
        "what refutes it, likewise; where neither holds as surely, it is inconclusive",
    ),
];

/// What a scenario holds.
pub static SCENARIO: LazyLock<Vec<Entry>> = LazyLock::new(|| with_world(&[DEPLOYED]));

/// What a phase holds.
pub static PHASE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    with_world(&[
        DEPLOYED,
        entry("agent", "agent mlp(N, …)", "agent mlp(8)", "another network, where the phase trains fresh ones"),
        entry("train", "train { … }", "train { steps 1k }", "settings of the training, other than `seeds`"),
    ])
});

const DEPLOYED: Entry = entry("on", "on WORLD", "on w", "another world, before the other statements");

/// These, then the statements of a world.
fn with_world(own: &[Entry]) -> Vec<Entry> {
    own.iter().chain(WORLD).copied().collect()
}

pub const AGENTS: &[Entry] = &[entry(
    "mlp",
    "mlp(N, …)",
    "mlp(64, 64)",
    "a multilayer perceptron with ReLU, 1 to 4 hidden layers of 1 to 512 units",
)];

pub const ALGORITHMS: &[Entry] = &[entry("ppo", "train ppo { … }", "ppo", "proximal policy optimisation")];

pub const HEURISTIC: &[Entry] = &[
    entry("if", "if CONDITION then ACTION", "if always then stay", "the rule; required"),
    entry("bias", "bias B", "bias 2", "how fast training can strengthen it: above 0, or `measured`; default 1"),
];

pub const CONDITIONS: &[Entry] = &[
    entry("always", "always", "always", "in every state"),
    entry("visible", "X visible", "cheese visible", "at least one is in view"),
    entry("within", "X within N", "cheese within 3", "the nearest is at most N steps away"),
    entry("side", "X SIDE [within N]", "cheese east within 4", "a nearest one lies on this side"),
    entry("at", "at PLACE", "at corner(north, east)", "the agent is there"),
    entry("wall", "wall SIDE", "wall north", "the next cell is a wall or beyond the grid"),
    entry("holding", "holding OBJECT", "holding cheese", "at least one is in hand"),
    entry("distance", "distance(X) COMPARED N", "distance(cheese) <= 2", "the path distance to the nearest"),
    entry("count", "count(X) COMPARED N", "count(cheese) > 1", "how many are in view"),
    entry("not", "not CONDITION", "not at edge(north)", "the condition does not hold"),
    entry("and", "CONDITION and CONDITION", "always and wall east", "both hold"),
    entry("or", "CONDITION or CONDITION", "wall east or wall west", "at least one holds"),
];

pub const ACTIONS: &[Entry] = &[
    entry("move toward", "move toward X [by direction]", "move toward cheese by direction", "nearer to the nearest"),
    entry("move away from", "move away from X", "move away from edge(north)", "farther from the nearest"),
    entry("move side", "move SIDE", "move east", "to this side"),
    entry("move free", "move free", "move free", "every action that does not bump into a wall"),
    entry("stay", "stay", "stay", "no move"),
];

pub const QUANTITIES: &[Entry] = &[
    entry(
        "weights",
        "weights { h P%; rest; concentration C }",
        "weights { rest; concentration 10 }",
        "shares of selection over the heuristics",
    ),
    entry("share", "share(h)", "share(to_cheese) = 10% to 60%", "the share of a heuristic"),
    entry("strength", "strength(h)", "strength(to_cheese) = 0.5 to 3", "the strength in logits"),
    entry("causal", "causal(h)", "causal(to_cheese) = 0.5 to 3", "the logits lost when what the rule looks at is gone"),
    entry("selected", "selected(h)", "selected(to_cheese) = 80%", "event: training selects it"),
    entry("explained", "explained", "explained = 20% to 70%", "the part of the policy that the heuristics explain"),
    entry("P", "P(reach X [before Y] [within N])", "P(reach cheese within 9) = 10% to 60%", "the share of episodes"),
    entry("time", "time(at PLACE)", "time(at edge(north)) = 1% to 20%", "the share of steps at a place"),
    entry("mean", "mean(return | length | reach X)", "mean(reach cheese) = 0.2 to 0.9", "a mean over episodes"),
    entry(
        "order",
        "order(h, i, …)",
        "order(to_cheese, go_east) = 50%",
        "event: all of them emerge in training, in this order",
    ),
    entry("reinforced", "reinforced(h)", "reinforced(to_cheese) = 60%", "event: the training still strengthens it"),
    entry("magnitude", "magnitude(h)", "magnitude(to_cheese) = 1 to 2", "the mean magnitude of its solver, in logits"),
    entry(
        "transitions",
        "transitions [in SCENARIO] [after PHASE] { … }",
        "transitions { to_cheese -> to_cheese 75%, rest; concentration 20 }",
        "rows of the step chain over solvers",
    ),
    entry(
        "transition",
        "transition(a, b)",
        "transition(to_cheese, other) = 10% to 20%",
        "the probability that a step of one state is followed by one of the other",
    ),
    entry("returns", "returns(a)", "returns(to_cheese) = 5 to 9", "steps from the start of a bout to that of the next"),
    entry(
        "cycle",
        "cycle(a, b, …)",
        "cycle(to_cheese, go_east) = 10%",
        "event: these solvers follow one another in a circle",
    ),
];

/// What a forecast of transitions holds.
pub const TRANSITIONS: &[Entry] = &[ROW, ROWS_CONCENTRATION];

/// Where the chain goes from one state.
pub const ROW: Entry = entry(
    "->",
    "a -> b P%, c P%, rest",
    "to_cheese -> to_cheese 75%, rest",
    "where the chain goes from one state: solvers or `other`; `rest` shares out what is left",
);

/// How sure all rows are.
pub const ROWS_CONCENTRATION: Entry = entry(
    "concentration",
    "concentration C",
    "concentration 20",
    "the parameters of the Dirichlet distribution of every row are C times its shares; required",
);

/// What a `mean` is of.
pub const MEANS: &[&str] = &["return", "length", "reach"];
