//! What is in an export, for programs (`manifest.json`) and for people (`README.txt`).

use serde::Serialize;

/// What a manifest calls its layout.
pub const FORMAT: &str = "shardbed export 1";

#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    pub format: String,
    /// The id of the run.
    pub run: String,
    /// The version of the program that wrote it.
    pub version: String,
    pub study: String,
    pub seeds: Vec<u64>,
    pub trainings: Vec<Training>,
    /// In the order of every axis of heuristics.
    pub heuristics: Vec<String>,
    /// In the order of every axis of actions.
    pub actions: Vec<String>,
    /// Indices of heuristics whose strengths cannot be told apart on the bank.
    pub alias_groups: Vec<Vec<usize>>,
    pub files: Vec<Listed>,
}

/// One of the study's trainings.
#[derive(Clone, Debug, Serialize)]
pub struct Training {
    pub name: String,
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// From which probe state up to which, without it, a random policy came in its world.
    pub walk: [usize; 2],
}

#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    pub path: String,
    pub about: String,
    /// Of an array, or rows and columns of a table; empty otherwise.
    pub shape: Vec<usize>,
    pub bytes: u64,
}

/// The manifest in words: every kind of file once, with the first training and seed.
pub fn readme(manifest: &Manifest) -> String {
    let trainings: Vec<&str> = manifest.trainings.iter().map(|training| training.name.as_str()).collect();
    let first = manifest.seeds.first().map_or_else(String::new, |seed| format!("/seed-{seed}/"));
    let own = trainings.first().map_or_else(String::new, |name| format!("/{name}/"));
    let mut text = format!(
        "An export of the run {} of the study {}, by shardbed {}.\n\n\
         Arrays are float64 in NumPy's format where nothing else is said, in C order; the axes stand in square brackets.\n\
         Networks are in safetensors. Tables are comma-separated values in UTF-8: undefined numbers are empty, and a text\n\
         that a spreadsheet would take for a formula has an apostrophe before it. manifest.json says the same for programs.\n\n\
         trainings: {}\nseeds: {}\nheuristics: {}\nactions: {}\n\n",
        manifest.run,
        manifest.study,
        manifest.version,
        trainings.join(", "),
        manifest.seeds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        manifest.heuristics.join(", "),
        manifest.actions.join(", "),
    );
    for file in &manifest.files {
        let of_network = file.path.starts_with("networks/") || file.path.starts_with("attributions/");
        if of_network && !(file.path.contains(&first) && file.path.contains(&own)) {
            continue;
        }
        let path = match of_network {
            true => file.path.replacen(&own, "/TRAINING/", 1).replacen(&first, "/seed-N/", 1),
            false => file.path.clone(),
        };
        let shape: Vec<String> = file.shape.iter().map(ToString::to_string).collect();
        let shape = if shape.is_empty() { String::new() } else { format!(" ({})", shape.join(" x ")) };
        text.push_str(&format!("{path}{shape}\n    {}\n", file.about));
    }
    text.push_str(
        "\nIn PyTorch, for one hidden layer:\n\n    \
         from safetensors.torch import load_file\n    \
         net = torch.nn.Sequential(torch.nn.Linear(BITS, WIDTH), torch.nn.ReLU(), torch.nn.Linear(WIDTH, 5))\n    \
         net.load_state_dict(load_file(\"networks/TRAINING/seed-N/policy.safetensors\"))\n",
    );
    text
}
