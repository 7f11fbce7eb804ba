//! Stages alone: `attribute` for networks from elsewhere, `export` for use elsewhere.
//!
//! `tests/peers` compares the same with other programs.

mod desk;
#[path = "desk/fails.rs"]
mod fails;
mod known_network;

use crate::desk::{Desk, Said};
use known_network::{cases, known_network, matrix, numbers, tensors};
use rand::RngExt;
use serde_json::{Value, json};
use shardbed::attribution::gradients;
use shardbed::attribution::mlp::{attribute, row};
use shardbed::attribution::path::integrate;
use shardbed::network::checkpoint::to_bytes;
use shardbed::network::parameters::Parameters;
use shardbed::network::sequential::{Part, Sequential};
use shardbed::network::tape::Network;
use shardbed::seed::Seed;
use shardbed::world::action::ACTIONS;
use shardbed::world::lit::LitRows;
use std::fs;
use std::sync::Arc;

impl Desk {
    fn json(&self, arguments: &[&str]) -> Value {
        let Said { code, out, err } = self.says(arguments);
        assert_eq!(code, Some(0), "{err}");
        serde_json::from_str(&out).expect("it prints JSON")
    }
}

#[track_caller]
fn assert_close(what: &str, found: &Value, expected: &Value) {
    let (found, expected) = (numbers(found), numbers(expected));
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() <= 1e-12, "{what}: {found}, expected {expected}");
    }
}

#[test]
fn the_command_gives_the_known_answers() {
    let desk = Desk::empty();
    // Nothing between the first two layers, a ReLU between the last two.
    desk.write("net.safetensors", known_network([0, 1, 3]));
    desk.write("linear.safetensors", known_network([0, 1, 2]));
    let cases = cases();
    let at = |net: &str, case: &Value| {
        desk.write("x.json", case["x"].to_string());
        desk.json(&["attribute", net, "x.json", "--format", "json"])
    };
    let list = |name: &str| -> Vec<Value> {
        let list = cases[name].as_array().expect("a list").clone();
        assert!(!list.is_empty(), "{name}");
        list
    };
    for case in list("activations") {
        let found = at("net.safetensors", &case);
        let layers = &found["layers"];
        let names: Vec<&str> = (0..3).filter_map(|layer| layers[layer]["name"].as_str()).collect();
        assert_eq!(names, ["input", "0", "1"]);
        assert_eq!(layers[1]["relu"], false, "places that follow each other have nothing between them");
        assert_close("linear0", &layers[1]["after"][0], &case["x"]);
        assert_close("before", &layers[2]["before"][0], &case["linear1_pre"]);
        assert_close("after", &layers[2]["after"][0], &case["linear1_post"]);
        assert_close("out", &found["output"][0], &case["out"]);
    }
    for case in list("gradient") {
        let found = at("net.safetensors", &case);
        let output = case["output"].as_u64().expect("an output") as usize;
        let gradient = |layer: usize, side: &str| found["layers"][layer][side][0][output].clone();
        assert_close("linear0", &gradient(1, "gradient_before"), &case["d_linear0"]);
        assert_close("linear0", &gradient(1, "gradient_after"), &case["d_linear0"]);
        assert_close("before", &gradient(2, "gradient_before"), &case["d_linear1_pre"]);
        assert_close("after", &gradient(2, "gradient_after"), &case["d_linear1_post"]);
    }
    for case in list("gradient_times_activation") {
        let found = at("net.safetensors", &case);
        let output = case["output"].as_u64().expect("an output") as usize;
        assert_close("linear0", &found["layers"][1]["gradient_x_activation"][0][output], &case["linear0"]);
        assert_close("linear1", &found["layers"][2]["gradient_x_activation"][0][output], &case["linear1_post"]);
    }
    for case in list("jacobian") {
        let net = if case["relu_removed"] == true { "linear.safetensors" } else { "net.safetensors" };
        let jacobian = matrix(&at(net, &case)["layers"][0]["gradient_after"][0]);
        let jacobian = faer::Mat::from_fn(2, 3, |output, input| jacobian[output][input]);
        let largest = jacobian.singular_values().expect("finite")[0];
        let expected = case["largest_singular_value"].as_f64().expect("a number");
        assert!((largest - expected).abs() <= 1e-12, "{net}: {largest}, expected {expected}");
    }
}

#[test]
fn magnitudes_and_contributions_are_what_they_are_called() {
    let desk = Desk::empty();
    desk.write(
        "net.safetensors",
        tensors(&[
            ("0.weight".into(), vec![2, 2], vec![1.0, 0.0, 0.0, 1.0]),
            ("2.weight".into(), vec![3, 2], vec![1.0, -4.0, -2.0, 0.0, 3.0, 1.0]),
        ]),
    );
    desk.write("x.json", "[[2, 1], [1, -1]]");
    let found = desk.json(&["attribute", "net.safetensors", "x.json", "--format", "json", "--action", "1"]);
    assert_eq!((&found["output"][0], &found["highest"]), (&json!([-2.0, -4.0, 7.0]), &json!([2, 2])));
    assert_eq!(found["outputs"], json!([1]));
    let layer = &found["layers"][1];
    assert_eq!(layer["gradient_after"], json!([[[-2.0, 0.0]], [[-2.0, 0.0]]]));
    let magnitudes = &layer["magnitudes"]["after"];
    assert_eq!((&magnitudes["highest"][0], &magnitudes["output"][0]), (&json!([3.0, 1.0]), &json!([2.0, 0.0])));
    assert_eq!((&magnitudes["l1"][0], &magnitudes["sum"][0]), (&json!([6.0, 5.0]), &json!([2.0, 3.0])));
    assert_eq!(magnitudes["l2"][0], json!([14_f64.sqrt(), 17_f64.sqrt()]));
    // The second unit is closed on the second row: nothing before its ReLU, the same as ever after it.
    assert_eq!(layer["magnitudes"]["before"]["l1"][1], json!([6.0, 0.0]));
    assert_eq!(layer["magnitudes"]["after"]["l1"][1], json!([6.0, 5.0]));
    // The means of the gradients are 2/3 and -1.
    assert_close("contribution", &layer["contribution"][0][0], &json!([2.0 * (-2.0 - 2.0 / 3.0), 1.0]));
}

/// A network with random numbers, as it is stored.
fn random_network(inputs: usize, widths: &[usize], seed: u64) -> Parameters {
    let mut parameters = Parameters::zero(inputs, widths);
    let mut random = Seed(seed).stream("numbers", &[]);
    for layer in parameters.layers_mut() {
        layer.weight.iter_mut().chain(&mut layer.bias).for_each(|number| *number = random.random_range(-1.0..1.0));
    }
    parameters
}

#[test]
fn closed_form_and_tape_agree_on_own_networks() {
    for (seed, widths) in [&[7][..], &[9, 5], &[16, 8, 4]].iter().enumerate() {
        let parameters = random_network(12, widths, seed as u64);
        let mut random = Seed(seed as u64).stream("inputs", &[]);
        let (mut rows, mut dense) = (LitRows::new(), Vec::new());
        for _ in 0..40 {
            let lit: Vec<u16> = (0..12).filter(|_| random.random_range(0.0..1.0) < 0.4).collect();
            rows.push_row(&lit);
            dense.push((0..12).map(|bit| f64::from(u8::from(lit.contains(&bit)))).collect::<Vec<f64>>());
        }
        let tape = gradients::on_tape(&Network::new(&parameters), &Arc::new(rows));
        let stored =
            Sequential::from_bytes(&to_bytes(&parameters).expect("bytes"), Part::default()).expect("a network");
        let closed = attribute(&stored, &dense).expect("finite");
        let mut compared = 0;
        let mut close = |tape: f32, closed: f64| {
            compared += 1;
            assert!((f64::from(tape) - closed).abs() <= 1e-5 * (1.0 + closed.abs()), "{tape} on the tape, {closed}");
        };
        for (state, found) in closed.iter().enumerate() {
            found.output.iter().zip(tape.logits[state]).for_each(|(closed, tape)| close(tape, *closed));
            assert_eq!(found.sites.len(), widths.len() + 1);
            for (site, layer) in found.sites[1..].iter().zip(&tape.layers) {
                let units = state * layer.units..(state + 1) * layer.units;
                layer.before[units.clone()].iter().zip(&site.before).for_each(|(tape, closed)| close(*tape, *closed));
                layer.after[units.clone()].iter().zip(&site.after).for_each(|(tape, closed)| close(*tape, *closed));
                for action in 0..ACTIONS {
                    let before = layer.gradient_before[action][units.clone()].iter();
                    before.zip(row(&site.gradient_before, layer.units, action)).for_each(|(t, c)| close(*t, *c));
                    let after = layer.gradient_after[action][units.clone()].iter();
                    after.zip(row(&site.gradient_after, layer.units, action)).for_each(|(t, c)| close(*t, *c));
                }
            }
        }
        assert!(compared > 40 * ACTIONS * 2);
    }
}

#[test]
fn integrated_gradients_are_complete_and_exact() {
    for (seed, widths) in [&[6][..], &[12, 9], &[10, 8, 6]].iter().enumerate() {
        let stored = to_bytes(&random_network(5, widths, 10 + seed as u64)).expect("bytes");
        let network = Sequential::from_bytes(&stored, Part::default()).expect("a network");
        let mut random = Seed(seed as u64).stream("ends", &[]);
        let mut draw =
            || (0..20).map(|_| (0..5).map(|_| random.random_range(-3.0..3.0)).collect()).collect::<Vec<Vec<f64>>>();
        let (from, to) = (attribute(&network, &draw()).expect("finite"), attribute(&network, &draw()).expect("finite"));
        for site in 0..=widths.len() {
            let ends: Vec<(&[f64], &[f64])> = from
                .iter()
                .zip(&to)
                .map(|(from, to)| (&from.sites[site].after[..], &to.sites[site].after[..]))
                .collect();
            for ((found, from), to) in integrate(&network, site, &ends).expect("few pieces").iter().zip(&from).zip(&to)
            {
                for output in 0..ACTIONS {
                    let sum: f64 = row(&found.gradients, to.sites[site].units, output).iter().sum();
                    let change = to.output[output] - from.output[output];
                    assert!(
                        (sum - change).abs() <= 1e-10 * (1.0 + change.abs()),
                        "site {site}: {sum}, expected {change}"
                    );
                    assert!((found.completeness_error[output] - (sum - change)).abs() <= 1e-10 * (1.0 + change.abs()));
                }
            }
            // Many small steps come near the same split, which the sum alone would not show.
            let (start, end) = ends[0];
            let steps = 4000;
            let points: Vec<Vec<f64>> = (0..steps)
                .map(|step| {
                    let t = (f64::from(step) + 0.5) / f64::from(steps);
                    start.iter().zip(end).map(|(start, end)| start + t * (end - start)).collect()
                })
                .collect();
            let behind = Sequential { layers: network.layers[site..].to_vec() };
            let along = attribute(&behind, &points).expect("finite");
            let exact = &integrate(&network, site, &ends[..1]).expect("few pieces")[0];
            for (place, exact) in exact.gradients.iter().enumerate() {
                let units = start.len();
                let mean: f64 =
                    along.iter().map(|row| row.sites[0].gradient_after[place]).sum::<f64>() / f64::from(steps);
                let stepped = mean * (end[place % units] - start[place % units]);
                assert!((stepped - exact).abs() < 2e-2, "site {site}: {exact}, in steps {stepped}");
            }
        }
    }
}

#[test]
fn integrals_begin_and_end_on_kinks() {
    // relu(x - 1/2) + relu(x) + relu(-x): all three kinks lie on the way, two of them where it begins.
    let network = tensors(&[
        ("0.weight".into(), vec![3, 1], vec![1.0, 1.0, -1.0]),
        ("0.bias".into(), vec![3], vec![-0.5, 0.0, 0.0]),
        ("2.weight".into(), vec![1, 3], vec![1.0, 1.0, 1.0]),
    ]);
    let network = Sequential::from_bytes(&network, Part::default()).expect("a network");
    for (from, to, expected) in
        [(0.0, 1.0, 1.5), (1.0, 0.0, -1.5), (0.0, -2.0, 2.0), (-1.0, 0.5, -0.5), (0.5, 0.5, 0.0)]
    {
        let found = &integrate(&network, 0, &[(&[from], &[to])]).expect("few pieces")[0];
        assert!((found.gradients[0] - expected).abs() < 1e-15, "{from} to {to}: {found:?}");
        assert!(found.completeness_error[0].abs() < 1e-15);
    }
}

#[test]
fn a_summary_for_people() {
    let desk = Desk::empty();
    desk.write("net.safetensors", known_network([0, 1, 3]));
    desk.write("x.json", "[[3, 4, 0], [0, 100, 0], [0, 0, 0]]");
    let Said { code, out, err } = desk.says(&["attribute", "net.safetensors", "x.json"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for words in
        ["3 inputs, 2 outputs", "1: 3 to 4, ReLU", "3 rows of x.json", "LAYER 1  4 units, 0 dead on every row", "INPUT"]
    {
        assert!(out.contains(words), "no `{words}` in {out}");
    }
    let Said { out, .. } = desk.says(&["attribute", "net.safetensors", "x.json", "--layer", "1", "--output", "0"]);
    assert!(out.contains("LAYER 1") && !out.contains("INPUT") && out.contains("of output 0"), "{out}");
}

#[test]
fn arrays_of_numpy_and_other_baselines() {
    let desk = Desk::empty();
    desk.write("net.safetensors", known_network([0, 1, 3]));
    desk.write("x.json", "[[3, 4, 0], [0, 100, 0]]");
    let npy = |descr: &str, bytes: Vec<u8>| {
        let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': (2, 3), }}");
        text.extend(std::iter::repeat_n(' ', 117 - text.len()));
        [&b"\x93NUMPY\x01\x00v\x00"[..], text.as_bytes(), b"\n", &bytes].concat()
    };
    let x = [3.0, 4.0, 0.0, 0.0, 100.0, 0.0_f32];
    desk.write("x4.npy", npy("<f4", x.iter().flat_map(|x| x.to_le_bytes()).collect()));
    desk.write("x8.npy", npy("<f8", x.iter().flat_map(|x| f64::from(*x).to_le_bytes()).collect()));
    let shown = |inputs: &str, more: &[&str]| {
        desk.json(&[&["attribute", "net.safetensors", inputs, "--format", "json"][..], more].concat())
    };
    let expected = shown("x.json", &[]);
    assert_eq!(shown("x4.npy", &[]), expected);
    assert_eq!(shown("x8.npy", &[]), expected);
    // From itself to itself nothing changes.
    let still = shown("x.json", &["--baseline", "x8.npy"]);
    assert_eq!(still["layers"][2]["integrated_gradients"][0], json!([vec![0.0; 4], vec![0.0; 4]]));
    assert_eq!(still["layers"][2]["gradient_after"], expected["layers"][2]["gradient_after"]);
    let without = shown("x.json", &["--without-integrated", "--layer", "input"]);
    assert_eq!(without["layers"].as_array().map(Vec::len), Some(1));
    assert_eq!(without["layers"][0]["integrated_gradients"], Value::Null);
    for layer in 0..3 {
        for error in matrix(&expected["layers"][layer]["completeness_error"]).concat() {
            assert!(error.abs() < 1e-12, "{error}");
        }
    }
}

#[test]
fn networks_and_inputs_that_cannot_be_used() {
    let desk = Desk::empty();
    desk.write("net.safetensors", known_network([0, 1, 3]));
    desk.write("x.json", "[[3, 4, 0]]");
    let attribute = |net: &'static str, inputs: &'static str| ["attribute", net, inputs, "--format", "json"];
    desk.fails(&attribute("none.safetensors", "x.json"), 2, &["none.safetensors: there is no such file"]);
    desk.fails(&attribute("x.json", "x.json"), 2, &["x.json: this is no whole safetensors file", "save_file"]);
    desk.fails(&attribute("/dev/zero", "x.json"), 2, &["/dev/zero: this is a device"]);
    desk.fails(&attribute("net.safetensors", "."), 2, &[".: this is a folder; name the files in it\n"]);
    desk.write("long.safetensors", vec![0; 82 << 20]);
    desk.fails(&attribute("long.safetensors", "x.json"), 2, &["long.safetensors: the file is longer than"]);
    let whole = known_network([0, 1, 3]);
    desk.write("cut.safetensors", &whole[..whole.len() - 3]);
    desk.fails(&attribute("cut.safetensors", "x.json"), 2, &["cut.safetensors: this is no whole"]);
    desk.write("gap.safetensors", known_network([0, 2, 4]));
    assert_eq!(desk.says(&attribute("gap.safetensors", "x.json")).code, Some(0));

    for (name, text, words) in [
        ("not.json", "{\"a\": 1}", &["not.json:", "line 1", "an array of rows"][..]),
        ("ragged.json", "[[1, 2, 3], [1, 2]]", &["ragged.json: row 1, counted from 0, has 2 numbers", "3 inputs"]),
        ("none.json", "[]", &["none.json: there is no row in it"]),
        ("bare.json", "[[]]", &["row 0, counted from 0, has 0 numbers"]),
        ("nan.json", "[[1, NaN, 3]]", &["nan.json:", "column"]),
        ("large.json", "[[1, 1e999, 3]]", &["large.json: number out of range"]),
        ("words.json", "[[1, \"2\", 3]]", &["words.json:", "string"]),
        ("empty.json", "", &["empty.json:", "an array of rows"]),
        ("much.json", "[[9e149, 9e149, 9e149]]", &["much.json: row 0", "larger than 1e150", "layer \"1\""]),
        ("over.json", "[[1e308, 1e308, 1e308]]", &["over.json: row 0", "larger than 1e150", "layer \"input\""]),
    ] {
        desk.write(name, text);
        let said = desk.says(&["attribute", "net.safetensors", name]);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{name}: {}", said.err);
        assert!(words.iter().all(|word| said.err.contains(word)), "{name}: {}", said.err);
    }
    desk.write("deep.json", "[".repeat(1 << 20));
    desk.fails(&attribute("net.safetensors", "deep.json"), 2, &["deep.json:"]);
    desk.write("bytes.json", [0xff, 0xfe, 0]);
    desk.fails(&attribute("net.safetensors", "bytes.json"), 2, &["bytes.json:"]);
    desk.write("long.json", vec![b' '; 33 << 20]);
    desk.fails(&attribute("net.safetensors", "long.json"), 2, &["longer than 32 MiB"]);
    let header = |text: &str| [&b"\x93NUMPY\x01\x00"[..], &(text.len() as u16).to_le_bytes(), text.as_bytes()].concat();
    desk.write("cut.npy", header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 3)}"));
    desk.fails(&attribute("net.safetensors", "cut.npy"), 2, &["cut.npy: its shape", "and there are 0"]);
    desk.write("nan.npy", [header("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}"), vec![0xff; 24]].concat());
    desk.fails(&attribute("net.safetensors", "nan.npy"), 2, &["nan.npy: row 0, column 0", "not finite"]);

    // A square of the outputs would fill the memory.
    desk.write("wide.safetensors", tensors(&[("0.weight".into(), vec![200_000, 3], vec![0.5; 600_000])]));
    let wide = desk.json(&["attribute", "wide.safetensors", "x.json", "--format", "json", "--output", "199999"]);
    assert_eq!(wide["layers"][0]["integrated_gradients"], json!([[[1.5, 2.0, 0.0]]]));

    desk.write("many.json", format!("[{}]", vec!["[1,2,3]"; 400_000].join(",")));
    desk.fails(&attribute("net.safetensors", "many.json"), 2, &["numbers, and 20000000 are the most", "--layer"]);
    let with = |more: &'static [&'static str]| [&attribute("net.safetensors", "x.json")[..], more].concat();
    desk.fails(&with(&["--output", "2"]), 2, &["--output 2: the network has the outputs 0 to 1"]);
    desk.fails(&with(&["--output", "-1"]), 2, &["--output"]);
    desk.fails(&with(&["--layer", "3"]), 2, &["--layer \"3\"", "input, 0, 1"]);
    desk.fails(&with(&["--head", "value"]), 2, &["no head \"value\"", "leave --head out"]);
    desk.fails(&with(&["--prefix", "actor"]), 2, &["behind \"actor.\"", "\"0.bias\""]);
    desk.write("two.json", "[[1, 2, 3], [4, 5, 6]]");
    desk.fails(&with(&["--baseline", "two.json"]), 2, &["two.json: there are 2 rows, and 1 in the inputs"]);
}

const STUDY: &str = "\
edition 1

world room {
  layout room 4x4
  view offsets
  horizon 10
  object cheese { at anywhere; reward +1; ends }
}

/// =2+2, \"quoted\"
study cheese {
  on room
  agent mlp(6, 4)
  train ppo { steps 512; seeds 2; environments 16; rollout 16 }

  heuristic to_cheese { if cheese visible then move toward cheese }
  heuristic go_east { if always then move east }

  phase wide { agent mlp(3) }

  /// -1 is no number here
  predict share(to_cheese) = 20% to 60%
}
";

impl Desk {
    /// Runs the study; the id of the run.
    fn run(&self, arguments: &[&str]) -> String {
        self.write("study.shard", STUDY);
        let outcome = self.json(&[&["run", "study.shard", "--quiet", "--format", "json"][..], arguments].concat());
        outcome["ids"]["run"].as_str().expect("a run has an id").to_string()
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }
}

#[test]
fn an_export_holds_what_was_measured() {
    let desk = Desk::empty();
    let id = desk.run(&["--seeds", "3", "--steps", "1k"]);
    let Said { code, out, err } = desk.says(&["export", &id[..8], "--output", "out/here"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("out/here: ") && out.contains("README.txt"), "{out}");
    assert_eq!(desk.names("out"), ["here"], "nothing else is left");

    let manifest: Value = serde_json::from_slice(&desk.bytes("out/here/manifest.json")).expect("JSON");
    assert_eq!((&manifest["run"], &manifest["seeds"]), (&json!(id), &json!([0, 1, 2])));
    assert_eq!(manifest["trainings"][1], json!({"name": "wide", "hidden": [3], "walk": [0, 1000]}));
    for file in manifest["files"].as_array().expect("files") {
        let name = file["path"].as_str().expect("a path");
        let bytes = desk.bytes(&format!("out/here/{name}"));
        assert_eq!(file["bytes"].as_u64(), Some(bytes.len() as u64), "{name}");
        let shape: usize =
            file["shape"].as_array().expect("a shape").iter().map(|n| n.as_u64().expect("a size") as usize).product();
        if name.ends_with(".npy") {
            let size = if name.contains("observations") { 1 } else { 8 };
            assert_eq!(bytes.len(), 128 + size * shape, "{name}");
        }
    }
    let shown = desk.says(&["show", &id, "--format", "json"]).out;
    let outcome: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(serde_json::from_slice::<Value>(&desk.bytes("out/here/outcome.json")).expect("JSON"), outcome);

    // The networks are what they were measured at: their logits on the bank are those of `attribute`.
    for (training, outputs) in [("train", 5), ("wide", 5)] {
        let network = format!("out/here/networks/{training}/seed-2/policy.safetensors");
        let tail = ["out/here/bank/observations.npy", "--format", "json", "--without-integrated", "--layer", "input"];
        let found = desk.json(&[&["attribute", &network][..], &tail].concat());
        let logits = desk.bytes(&format!("out/here/attributions/{training}/seed-2/logits.npy"));
        let logits = logits[128..].as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes));
        let all = matrix(&found["output"]).concat();
        assert_eq!(all.len(), 2000 * outputs);
        for (exported, found) in logits.zip(&all) {
            assert!((exported - found).abs() < 1e-5, "{exported} exported, {found}");
        }
    }
    let value =
        Sequential::from_bytes(&desk.bytes("out/here/networks/train/seed-0/value.safetensors"), Part::default());
    let value = value.expect("a network");
    assert_eq!(value.layers.iter().map(|layer| layer.name.as_str()).collect::<Vec<_>>(), ["0", "2", "4"]);
    assert_eq!((value.outputs(), value.layers[1].outputs), (1, 4));

    let forecasts = String::from_utf8(desk.bytes("out/here/tables/forecasts.csv")).expect("text");
    assert!(forecasts.contains("\n1,share(to_cheese) = 20% to 60%,'-1 is no number here,"), "{forecasts}");
    let heuristics = String::from_utf8(desk.bytes("out/here/tables/heuristics.csv")).expect("text");
    assert_eq!(heuristics.lines().count(), 1 + 2 * 3 * 2);
    let strength = outcome["phases"][0]["heuristics"][1]["strength"]["by_seed"][2].as_f64().expect("measured");
    let row = heuristics.lines().find(|line| line.starts_with("wide,2,go_east,")).expect("a row");
    assert_eq!(row.split(',').nth(5).and_then(|cell| cell.parse().ok()), Some(strength), "{row}");

    let table = |name: &str| String::from_utf8(desk.bytes(&format!("out/here/tables/{name}.csv"))).expect("text");
    let chain = &outcome["scenarios"][0]["chain"];
    let counts = matrix(&chain["counts"][2]);
    assert!(counts.concat().iter().sum::<f64>() > 0.0, "{chain}");
    for (from, counts) in counts.iter().enumerate() {
        for (to, count) in counts.iter().enumerate() {
            let [from, to] = [from, to].map(|state| chain["states"][state].as_str().expect("a name"));
            let line = format!("\ntrain,training,2,{from},{to},{count},");
            assert!(table("transitions").contains(&line), "{line} in {}", table("transitions"));
        }
    }
    let t = &outcome["phases"][0]["heuristics"][0]["reinforcement"]["t"]["by_seed"][1];
    let reinforcement = table("reinforcement");
    let row = reinforcement.lines().find(|line| line.starts_with("wide,1,to_cheese,")).expect("a row");
    assert_eq!(row.split(',').nth(4).and_then(|cell| cell.parse().ok()), Some(t.as_f64().expect("measured")), "{row}");
}

#[test]
fn an_export_replaces_nothing_else() {
    let desk = Desk::empty();
    let id = desk.run(&[]);
    let export = |more: &[&'static str]| [&["export", &id][..], more].concat();
    desk.fails(&["export", "nothing"], 2, &["begins with `nothing`"]);
    desk.fails(&["export", &id, "--store", "elsewhere"], 2, &["there is no store in elsewhere"]);
    desk.fails(&export(&["-o", ".."]), 2, &["..", "--output"]);
    desk.write("file", "something else");
    desk.fails(&export(&["-o", "file", "--force"]), 2, &["file: something else than an export is there", "--output"]);
    desk.fails(&export(&["-o", "file/below"]), 2, &["file/below: it cannot be written"]);
    fs::create_dir(desk.path("full")).expect("a folder");
    desk.write("full/manifest.json", "{\"format\": \"of another program\"}");
    desk.fails(&export(&["-o", "full", "--force"]), 2, &["full: something else than an export is there"]);
    fs::create_dir(desk.path("out")).expect("a folder");
    assert_eq!(desk.says(&export(&["-o", "out"])).code, Some(0), "an empty folder is taken");
    desk.write("out/mine", "no part of an export");
    desk.fails(&export(&["-o", "out"]), 2, &["out: an earlier export is there; --force replaces it"]);
    desk.fails(&export(&["-o", "out", "--force"]), 2, &["out/mine: no export writes it", "move it away"]);
    assert_eq!(desk.bytes("out/mine"), b"no part of an export");
    fs::remove_file(desk.path("out/mine")).expect("removed");
    let before = desk.bytes("out/manifest.json");
    assert_eq!(desk.says(&export(&["-o", "out", "--force"])).code, Some(0));
    assert_eq!(desk.bytes("out/manifest.json"), before, "the same bits");
    let Said { out, .. } = desk.says(&export(&[]));
    assert!(out.starts_with(&format!("cheese-{}: ", &id[..12])), "{out}");
    assert!(
        desk.names(".").iter().all(|name| !name.contains(".tmp") && !name.ends_with(".old")),
        "{:?}",
        desk.names(".")
    );
}

#[test]
fn what_the_store_has_lost_is_told_before_anything_is_written() {
    let desk = Desk::empty();
    let id = desk.run(&[]);
    let tamper = |statement: &str| {
        let store = desk.path(".shardbed").join(shardbed::store::FILE);
        rusqlite::Connection::open(store).expect("opens").execute_batch(statement).expect("runs");
    };
    let export = ["export", &id, "-o", "out"];
    tamper("CREATE TABLE kept AS SELECT * FROM networks; DELETE FROM networks WHERE seed = 1");
    desk.fails(&export, 2, &["the networks of seed 1 are no longer in the store", "run the prediction file again"]);
    assert_eq!(desk.names("."), [".shardbed", "study.shard"], "nothing is begun");
    desk.run(&[]);
    assert_eq!(desk.says(&export).code, Some(0), "trained again");
    tamper("UPDATE studies SET text = replace(text, 'east', 'west')");
    desk.fails(&export, 2, &["damaged", "its study has another SHA-256"]);
    tamper(
        "DROP TABLE removed; ALTER TABLE runs DROP COLUMN first; DROP TABLE studies; ALTER TABLE networks DROP COLUMN trained; PRAGMA user_version = 1",
    );
    desk.fails(&export, 2, &["keeps no study of run", "run its prediction file again"]);
    // The next run brings the layout up to date.
    desk.run(&[]);
    assert_eq!(desk.says(&["export", &id, "-o", "out", "--force"]).code, Some(0));
}
