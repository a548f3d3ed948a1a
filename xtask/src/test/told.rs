//! Which tests failed, and their first words, by what the test programs print: cargo's and wasm-bindgen's, Node's, Playwright's.

/// More of an error is in the output itself.
const LINES: usize = 8;

/// A test, or a check without tests of its own, that did not pass at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub name: String,
    /// It passed when it was tried again.
    pub flaky: bool,
    pub lines: Vec<String>,
}

impl Told {
    pub fn failed<'a>(name: impl Into<String>, lines: impl IntoIterator<Item = &'a str>) -> Self {
        let lines = lines.into_iter().map(str::trim_end);
        let worth_reading =
            lines.filter(|line| !line.trim().is_empty() && !is_from_the_runner(line));
        Told {
            name: name.into(),
            flaky: false,
            lines: worth_reading.take(LINES).map(str::to_owned).collect(),
        }
    }

    /// A check that failed as a whole: from its first error on.
    pub fn of_words(name: &str, words: &str) -> Self {
        let lines: Vec<&str> = words.lines().collect();
        let error = lines.iter().position(|line| line.starts_with("error"));
        Told::failed(name, lines[error.unwrap_or(0)..].iter().copied())
    }

    /// The blocks that begin with `---- tests::name stdout ----`.
    pub fn of_rust(output: &str) -> Vec<Self> {
        let name = |line: &str| {
            let line = line.strip_prefix("---- ")?.strip_suffix(" ----")?;
            Some(line.rsplit_once(' ')?.0.to_owned())
        };
        let end = |line: &str| line == "failures:" || line.starts_with("test result:");
        blocks(output, name, end)
    }

    /// The blocks after `✖ failing tests:`.
    pub fn of_node(output: &str) -> Vec<Self> {
        let failing = |part: &str| {
            let name = |line: &str| Some(without_time(line.strip_prefix("✖ ")?).to_owned());
            blocks(part, name, |line| line.starts_with("test at "))
        };
        let parts = output.split("✖ failing tests:").skip(1);
        parts.flat_map(failing).collect()
    }

    /// The blocks that begin with `  1) [chromium] › a.spec.ts:3:1 › title ─────`; which of them are flaky stands below them all.
    pub fn of_playwright(output: &str) -> Vec<Self> {
        let name = |line: &str| {
            let (number, title) = line.strip_prefix("  ")?.split_once(") ")?;
            number.parse::<u32>().ok()?;
            Some(title.trim_end_matches(['─', ' ']).to_owned())
        };
        let is_sum = |line: &str| heading(line).is_some();
        let mut told = blocks(output, name, is_sum);
        let flaky = listed(output, "flaky");
        for test in &mut told {
            test.flaky = flaky.contains(&test.name);
        }
        told
    }
}

/// Cuts a text at the lines that name a test; `end` is a line that belongs to none.
fn blocks(
    text: &str,
    name: impl Fn(&str) -> Option<String>,
    end: impl Fn(&str) -> bool,
) -> Vec<Told> {
    let mut blocks: Vec<(String, Vec<&str>)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(name) = name(line) {
            blocks.push((name, Vec::new()));
            inside = true;
        } else if end(line) {
            inside = false;
        } else if let Some((_, lines)) = blocks.last_mut().filter(|_| inside) {
            lines.push(line);
        }
    }
    let told = |(name, lines)| Told::failed(name, lines);
    blocks.into_iter().map(told).collect()
}

/// The titles that Playwright lists below `  1 flaky` and its like.
fn listed(output: &str, kind: &str) -> Vec<String> {
    let mut inside = false;
    let mut titles = Vec::new();
    for line in output.lines() {
        if let Some(found) = heading(line) {
            inside = found == kind;
        } else if inside && line.starts_with("    ") {
            titles.push(line.trim_matches(['─', ' ']).to_owned());
        }
    }
    titles
}

/// `flaky` of `  1 flaky`.
fn heading(line: &str) -> Option<&str> {
    let (number, kind) = line.strip_prefix("  ")?.split_once(' ')?;
    number.parse::<u32>().ok()?;
    let kind = kind.split_whitespace().next()?;
    ["failed", "flaky", "skipped", "interrupted", "did", "passed"]
        .contains(&kind)
        .then_some(kind)
}

fn without_time(title: &str) -> &str {
    title.rsplit_once(" (").map_or(title, |(title, _)| title)
}

/// Where in its runner a test was called.
fn is_from_the_runner(line: &str) -> bool {
    line.contains("(node:internal/") || line.trim_start().starts_with("at node:internal/")
}

#[cfg(test)]
mod tests {
    use super::Told;

    fn names(told: &[Told]) -> Vec<&str> {
        told.iter().map(|test| test.name.as_str()).collect()
    }

    #[test]
    fn cargo_tells_a_failed_test_in_a_block_of_its_own() {
        let output = "running 3 tests\n.F.\nfailures:\n\n---- it::opens stdout ----\n\nthread 'it::opens' panicked at a.rs:3:1:\n\
            assertion failed\n\n---- it::closes stdout ----\nno way\n\nfailures:\n    it::closes\n    it::opens\n\ntest result: FAILED. 1 passed; 2 failed\n";
        let told = Told::of_rust(output);
        assert_eq!(names(&told), ["it::opens", "it::closes"]);
        assert_eq!(
            told[0].lines,
            [
                "thread 'it::opens' panicked at a.rs:3:1:",
                "assertion failed"
            ]
        );
        assert_eq!(told[1].lines, ["no way"]);
    }

    #[test]
    fn node_tells_failed_tests_at_its_end() {
        let output = "▶ group\n  ✖ opens (1ms)\n✖ group (2ms)\nℹ fail 1\n\n✖ failing tests:\n\ntest at a.test.mjs:3:1\n\
            ✖ opens (twice) (0.5ms)\n  AssertionError: 1 == 2\n      at Test.run (node:internal/test_runner/test:796:25)\n\n\
            test at a.test.mjs:9:1\n✖ closes (0.1ms)\n  Error: no\n";
        let told = Told::of_node(output);
        assert_eq!(names(&told), ["opens (twice)", "closes"]);
        assert_eq!(told[0].lines, ["  AssertionError: 1 == 2"]);
    }

    #[test]
    fn playwright_tells_what_failed_and_what_passed_the_second_time() {
        let output = "Running 3 tests using 1 worker\n\n  ✘  1 [chromium] › a.spec.ts:3:1 › opens (1s)\n\n\
            \x20 1) [chromium] › a.spec.ts:3:1 › opens ──────\n\n    Error: not seen\n\n    Retry #1 ────\n\n    Error: not seen\n\n\
            \x20 2) [chromium] › a.spec.ts:9:1 › closes in 2) steps ──────\n\n    Error: too early\n\n\
            \x20 1 failed\n    [chromium] › a.spec.ts:3:1 › opens ──────\n  1 flaky\n    [chromium] › a.spec.ts:9:1 › closes in 2) steps ──────\n  1 passed (3.4s)\n";
        let told = Told::of_playwright(output);
        assert_eq!(
            names(&told),
            [
                "[chromium] › a.spec.ts:3:1 › opens",
                "[chromium] › a.spec.ts:9:1 › closes in 2) steps"
            ]
        );
        assert_eq!((told[0].flaky, told[1].flaky), (false, true));
        assert_eq!(told[1].lines, ["    Error: too early"]);
    }

    #[test]
    fn a_check_without_tests_is_told_from_its_first_error_on() {
        let told = Told::of_words("clippy", "warning: a\n\nerror: unused\n --> a.rs:1\n");
        assert_eq!(told.lines, ["error: unused", " --> a.rs:1"]);
        let told = Told::of_words("size", "101,000 bytes are too many.");
        assert_eq!(told.lines, ["101,000 bytes are too many."]);
    }

    #[test]
    fn no_error_is_told_longer_than_a_screen() {
        let long = (0..50)
            .map(|line| format!("line {line}\n"))
            .collect::<String>();
        assert_eq!(Told::of_words("long", &long).lines.len(), super::LINES);
    }
}
