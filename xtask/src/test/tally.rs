//! Counts tests by what the test programs print: cargo's and wasm-bindgen's, Node's, Playwright's.

use std::ops::AddAssign;

/// How many tests went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
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
        sum
    }

    /// Sums up a line of pairs of a number and a word. What is flaky or never ran did not pass.
    fn of_words(line: &str) -> Self {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut tally = Tally::default();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u32>() else {
                continue;
            };
            match pair[1] {
                "passed" => tally.passed += number,
                "failed" | "flaky" | "interrupted" | "did" => tally.failed += number,
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
        self.skipped += other.skipped;
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
    fn playwright_counts_flaky_and_unrun_tests_as_failed() {
        let output = "  ✓  1 a.spec.ts:3:1 › 2 passed tests (1s)\n\n  1 failed\n    a.spec.ts:9:1 › b\n  1 flaky\n  \
            2 skipped\n  3 did not run\n  12 passed (3.4s)\n";
        assert_eq!(Tally::of_playwright(output), tally(12, 5, 2));
    }
}
