//! Counts tests by what the test programs print: cargo's and wasm-bindgen's, Node's, Playwright's.

use std::ops::AddAssign;

use super::told::Told;
use super::ways::Way;

/// How many tests went which way, and which did not pass at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
    /// Passed when it was tried again.
    pub flaky: u32,
    pub skipped: u32,
    pub told: Vec<Told>,
    pub ways: Vec<Way>,
}

impl Tally {
    /// Reads the `test result: ok. 12 passed; 0 failed; 1 ignored; …` of every test binary.
    pub fn of_rust(output: &str) -> Self {
        let mut sum = Tally::default();
        for line in output
            .lines()
            .filter_map(|line| line.trim().strip_prefix("test result:"))
        {
            sum += Tally::of_words(&line.replace(['.', ';'], " "));
        }
        sum.told = Told::of_rust(output);
        sum
    }

    /// Reads the `ℹ pass 3` and its like that end the output of `node --test`.
    pub fn of_node(output: &str) -> Self {
        let count = |word: &str| {
            output
                .lines()
                .filter_map(|line| line.trim_start_matches(['ℹ', '#', ' ']).strip_prefix(word))
                .filter_map(|rest| rest.trim().parse::<u32>().ok())
                .sum()
        };
        Tally {
            passed: count("pass "),
            failed: count("fail ") + count("cancelled "),
            skipped: count("skipped ") + count("todo "),
            told: Told::of_node(output),
            ..Tally::default()
        }
    }

    /// Reads the `  12 passed (3.4s)`, `  1 failed` and so on that end Playwright's output.
    pub fn of_playwright(output: &str) -> Self {
        let mut sum = Tally::default();
        for line in output.lines().filter(|line| line.starts_with("  ")) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let [
                number,
                "passed" | "failed" | "flaky" | "skipped" | "interrupted" | "did",
                ..,
            ] = words[..]
                && number.parse::<u32>().is_ok()
            {
                sum += Tally::of_words(line);
            }
        }
        sum.told = Told::of_playwright(output);
        sum.ways = Way::of_playwright(output);
        sum
    }

    /// Sums up a line of pairs of a number and a word. What never ran did not pass.
    fn of_words(line: &str) -> Self {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut tally = Tally::default();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u32>() else {
                continue;
            };
            match pair[1] {
                "passed" => tally.passed += number,
                "failed" | "interrupted" | "did" => tally.failed += number,
                "flaky" => tally.flaky += number,
                "ignored" | "skipped" => tally.skipped += number,
                _ => {}
            }
        }
        tally
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.flaky += other.flaky;
        self.skipped += other.skipped;
        self.told.extend(other.told);
        self.ways.extend(other.ways);
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn tally(passed: u32, failed: u32, skipped: u32) -> Tally {
        Tally {
            passed,
            failed,
            skipped,
            ..Tally::default()
        }
    }

    #[test]
    fn cargo_prints_one_result_for_each_binary() {
        let output = "test a ... ok\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        assert_eq!(Tally::of_rust(output), tally(15, 2, 1));
    }

    #[test]
    fn node_prints_its_counts_one_a_line() {
        let output =
            "✔ opens (2ms)\nℹ tests 5\nℹ pass 3\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\n";
        assert_eq!(Tally::of_node(output), tally(3, 1, 1));
    }

    #[test]
    fn playwright_counts_unrun_tests_as_failed_and_flaky_ones_on_their_own() {
        let output = "  ✓  1 a.spec.ts:3:1 › 2 passed tests (1s)\n\n  1 failed\n    a.spec.ts:9:1 › b\n  1 flaky\n  \
            2 skipped\n  3 did not run\n  12 passed (3.4s)\n";
        let expected = Tally {
            flaky: 1,
            ..tally(12, 4, 2)
        };
        assert_eq!(Tally::of_playwright(output), expected);
    }
}
