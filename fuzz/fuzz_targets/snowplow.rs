#![no_main]

#[path = "../../crates/ingest/tests/fuzzed/laws.rs"]
#[allow(dead_code)]
mod laws;

libfuzzer_sys::fuzz_target!(|input: &[u8]| laws::letter(laws::PROTOCOLS[6].0, input));
