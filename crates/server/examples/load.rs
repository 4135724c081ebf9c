//! Sends events to a door as fast as it takes them, and says how fast that was. Run by `make bench-ingest`.
//!
//! `load HOST:PORT KEY SECONDS CONNECTIONS BATCH [SEED]`: every connection sends letters of BATCH events of our own
//! protocol, one after the other; of 100 events one is sent again and five are identifies. Prints one JSON object:
//! what was acknowledged, refused, and how long letters took.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const EVENTS: [&str; 6] = ["page_view", "product_view", "search", "add_to_cart", "checkout", "purchase"];

/// Customers of the load.
const CUSTOMERS: u64 = 1_000_000;

#[derive(Default)]
struct Count {
    /// Distinct events in acknowledged letters.
    acknowledged: u64,
    letters: u64,
    refused: u64,
    failed: u64,
    took_us: Vec<u32>,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [address, key, seconds, connections, batch] = &args[..5] else {
        panic!("load HOST:PORT KEY SECONDS CONNECTIONS BATCH [SEED]")
    };
    let seed: u64 = args.get(5).map_or(1, |seed| seed.parse().unwrap());
    let (seconds, batch): (u64, u64) = (seconds.parse().unwrap(), batch.parse().unwrap());
    let connections: u64 = connections.parse().unwrap();
    let started = Instant::now();
    let end = started + Duration::from_secs(seconds);
    let threads: Vec<_> = (0..connections)
        .map(|n| {
            let (address, key) = (address.clone(), key.clone());
            std::thread::spawn(move || send(&address, &key, batch, seed * 1_000 + n, end))
        })
        .collect();
    let mut all = Count::default();
    for thread in threads {
        let count = thread.join().unwrap();
        all.acknowledged += count.acknowledged;
        all.letters += count.letters;
        all.refused += count.refused;
        all.failed += count.failed;
        all.took_us.extend(count.took_us);
    }
    let elapsed = started.elapsed().as_secs_f64();
    all.took_us.sort_unstable();
    let at = |share: f64| all.took_us.get((all.took_us.len() as f64 * share) as usize).copied().unwrap_or_default();
    println!(
        "{{\"acknowledged\":{},\"letters\":{},\"refused\":{},\"failed\":{},\"seconds\":{elapsed:.3},\
         \"events_per_second\":{:.0},\"p50_us\":{},\"p99_us\":{},\"max_us\":{}}}",
        all.acknowledged,
        all.letters,
        all.refused,
        all.failed,
        all.acknowledged as f64 / elapsed,
        at(0.5),
        at(0.99),
        all.took_us.last().copied().unwrap_or_default(),
    );
}

fn send(address: &str, key: &str, batch: u64, stream_of: u64, end: Instant) -> Count {
    let mut count = Count::default();
    let mut random = stream_of.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let (mut number, mut body, mut request) = (0, String::new(), Vec::new());
    let mut line = String::new();
    let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
    stream.get_ref().set_nodelay(true).unwrap();
    while Instant::now() < end {
        body.clear();
        let distinct = letter(&mut body, batch, stream_of, &mut number, &mut random);
        request.clear();
        write!(
            request,
            "POST /v1/events HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        loop {
            let sent = Instant::now();
            stream.get_mut().write_all(&request).unwrap();
            let status = answer(&mut stream, &mut line);
            match status {
                200 => {
                    count.took_us.push(sent.elapsed().as_micros() as u32);
                    count.acknowledged += distinct;
                    count.letters += 1;
                    break;
                }
                429 | 503 => {
                    count.refused += 1;
                    std::thread::sleep(Duration::from_millis(100));
                }
                _ => {
                    count.failed += 1;
                    break;
                }
            }
        }
    }
    count
}

/// Writes a letter and gives how many distinct events are in it.
fn letter(body: &mut String, batch: u64, stream: u64, number: &mut u64, random: &mut u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let mut distinct = 0;
    body.push('[');
    for position in 0..batch {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        if position > 0 {
            body.push(',');
        }
        // One in a hundred says again what the one before it said.
        let again = *number % 100 == 99 && position > 0;
        *number += 1;
        distinct += u64::from(!again);
        let id = if again { *number - 2 } else { *number - 1 };
        let customer = (*random >> 20) % CUSTOMERS;
        let customer = if again { id % CUSTOMERS } else { customer };
        let event = EVENTS[(*random % 6) as usize];
        let identify = *number % 20 == 7;
        let name = if identify { "$identify" } else { event };
        write!(
            body,
            "{{\"event\":\"{name}\",\"time\":{now},\"message_id\":\"{stream}-{id}\",\"identifiers\":[\
             {{\"namespace\":\"anonymous_id\",\"value\":\"d{customer}\"}}"
        )
        .unwrap();
        if identify {
            write!(
                body,
                ",{{\"namespace\":\"user_id\",\"value\":\"u{customer}\"}}],\"traits\":{{\"tier\":{}}}}}",
                customer % 4
            )
            .unwrap();
        } else {
            write!(
                body,
                "],\"page\":\"/p/{}\",\"platform\":\"web\",\"product\":\"sku-{}\",\"amount\":{}.5,\"props\":{{\"ab\":\"{}\"}}}}",
                customer % 500,
                customer % 5_000,
                customer % 90,
                customer % 2
            )
            .unwrap();
        }
    }
    body.push(']');
    distinct
}

/// Reads an answer whole and gives its status.
fn answer(stream: &mut BufReader<TcpStream>, line: &mut String) -> u16 {
    let (mut status, mut length, mut chunked) = (0, 0, false);
    loop {
        line.clear();
        stream.read_line(line).unwrap();
        let text = line.trim_end();
        if status == 0 {
            status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(599);
        } else if text.is_empty() {
            break;
        }
        let lower = text.to_ascii_lowercase();
        if let Some(bytes) = lower.strip_prefix("content-length: ") {
            length = bytes.parse().unwrap_or(0);
        }
        chunked |= lower.starts_with("transfer-encoding: chunked");
    }
    assert!(!chunked, "a door says how long its answer is");
    std::io::copy(&mut stream.by_ref().take(length), &mut std::io::sink()).unwrap();
    status
}
