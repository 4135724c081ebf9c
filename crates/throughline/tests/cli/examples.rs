//! The worked examples of the reference pages print what the pages say.
//!
//! An example is a block ```` ```console ````: its first line is `$ throughline …` over the sample workspace `ecom`, the
//! lines after it are what is printed. How long an answer took is not compared.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{Installation, repository};

/// Command and expected output of each example of a page.
fn examples(page: &str) -> Vec<(&str, String)> {
    let mut examples = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line != "```console" {
            continue;
        }
        let command = lines.next().and_then(|line| line.strip_prefix("$ throughline "));
        let command = command.unwrap_or_else(|| panic!("an example begins with `$ throughline …`"));
        let printed: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        examples.push((command, printed.join("\n")));
    }
    examples
}

/// Words of a command; what stands in single quotes is one.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in command.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Without the time it took, and without blanks at the ends of lines.
fn comparable(text: &str) -> String {
    let line = |line: &str| match line.rsplit_once(" events read in ") {
        Some((before, after)) => {
            format!("{before} events read{}", after.split_once(" ms").map_or("", |(_, rest)| rest))
        }
        None => line.trim_end().to_owned(),
    };
    text.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

fn pages(folder: &Path) -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap()))
        .collect();
    pages.sort();
    pages
}

#[test]
fn worked_examples_print_what_the_pages_say() {
    let here = Installation::with_shop_as("ecom");
    let mut count = 0;
    for (path, page) in pages(&repository().join("docs/reference/analyses")) {
        let examples = examples(&page);
        assert!(!examples.is_empty(), "{path} has no worked example");
        for (command, expected) in examples {
            check(&here, &path, command, &expected);
            count += 1;
        }
    }
    assert!(count > 0);
}

/// Statements of a page's blocks of SQL; not those that leave something out (`…`), nor those about floors, which the shop has none of.
fn statements(page: &str) -> Vec<String> {
    let mut lines = page.lines();
    let mut blocks = String::new();
    while let Some(line) = lines.next() {
        if line == "```sql" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks += &block.join("\n");
            blocks += ";\n";
        }
    }
    let whole = |statement: &str| !statement.is_empty() && !statement.contains('…') && !statement.contains("place_");
    blocks.split(";\n").map(|statement| statement.trim().to_owned()).filter(|statement| whole(statement)).collect()
}

#[test]
fn statements_of_the_pages_are_answered() {
    let here = Installation::with_shop_as("ecom");
    let mut asked = BTreeSet::new();
    for folder in ["docs/reference", "docs/reference/analyses"] {
        for (path, page) in pages(&repository().join(folder)) {
            for statement in statements(&page) {
                if asked.insert(statement.clone()) {
                    let run = here.run(&["sql", "-w", "ecom", "--", &statement]);
                    assert_eq!(run.code, 0, "{path}: {statement}\n{}", run.stderr);
                }
            }
        }
    }
    assert!(asked.len() > 10, "{asked:?}");
}

/// A change that is noted is there: each page has an installation of its own.
#[test]
fn a_change_is_noted_and_compared_as_its_page_says() {
    for path in ["docs/reference/before-after.md", "docs/reference/before-after.zh-CN.md"] {
        let page = std::fs::read_to_string(repository().join(path)).unwrap();
        let here = Installation::with_shop_as("ecom");
        let examples = examples(&page);
        assert_eq!(examples.len(), 2, "{path}");
        for (command, expected) in examples {
            check(&here, path, command, &expected);
        }
    }
}

fn check(here: &Installation, path: &str, command: &str, expected: &str) {
    let words = words(command);
    let args: Vec<&str> = words.iter().map(String::as_str).collect();
    let run = here.run(&args).expect(0);
    assert_eq!(comparable(&run.stdout), comparable(expected), "{path}: {command}");
}
