//! How often somebody may try to sign in.
//!
//! Counted per address and per e-mail within a window that begins with the first attempt. An attempt counts before
//! it is looked at, so that many at once are no way around. What is remembered is bounded: beyond it, the oldest
//! window gives way. Sign-ins that begin at a provider are counted beside those with a password, so that neither stands
//! in the way of the other.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};

use parking_lot::Mutex;

const WINDOW_US: i64 = 10 * 60 * 1_000_000;

/// Of one e-mail in a window. A person mistypes a few times; a thousand passwords take seventeen hours.
const EMAIL_MAX: u32 = 10;

/// From one address in a window. An office behind one address signs in in the morning.
const ADDRESS_MAX: u32 = 60;

/// Sign-ins by a provider that began from one address in a window and did not end well.
const BEGUN_MAX: u32 = 60;

/// Windows remembered of each kind; each takes some 40 bytes.
const WINDOWS_MAX: usize = 20_000;

/// The attempts of this process.
#[derive(Debug, Default)]
pub struct Attempts {
    state: Mutex<State>,
    /// So that nobody can choose e-mails that fall together.
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct State {
    emails: HashMap<u64, Window>,
    addresses: HashMap<IpAddr, Window>,
    /// Addresses from which sign-ins by a provider began.
    begun: HashMap<IpAddr, Window>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began_us: i64,
    count: u32,
}

impl Attempts {
    /// Counts an attempt. `email` in its normal form.
    ///
    /// # Errors
    /// The seconds to wait, if there were too many.
    pub fn count(&self, address: Option<IpAddr>, email: &str, now_us: i64) -> Result<(), u32> {
        let mut state = self.state.lock();
        let email = self.hasher.hash_one(email);
        if let Some(address) = address {
            count(&mut state.addresses, network(address), ADDRESS_MAX, now_us)?;
        }
        count(&mut state.emails, email, EMAIL_MAX, now_us)
    }

    /// The attempt was a good one: the e-mail begins anew, and the address is not charged.
    pub fn succeeded(&self, address: Option<IpAddr>, email: &str) {
        let mut state = self.state.lock();
        let email = self.hasher.hash_one(email);
        state.emails.remove(&email);
        give_back(&mut state.addresses, address);
    }

    /// Counts a sign-in by a provider that begins.
    ///
    /// # Errors
    /// As [`Attempts::count`].
    pub fn count_begun(&self, address: Option<IpAddr>, now_us: i64) -> Result<(), u32> {
        match address {
            Some(address) => count(&mut self.state.lock().begun, network(address), BEGUN_MAX, now_us),
            None => Ok(()),
        }
    }

    /// One of them ended well: its address is not charged.
    pub fn begun_succeeded(&self, address: Option<IpAddr>) {
        give_back(&mut self.state.lock().begun, address);
    }
}

fn give_back(windows: &mut HashMap<IpAddr, Window>, address: Option<IpAddr>) {
    if let Some(window) = address.and_then(|address| windows.get_mut(&network(address))) {
        window.count = window.count.saturating_sub(1);
    }
}

fn count<K: Copy + Eq + std::hash::Hash>(
    windows: &mut HashMap<K, Window>,
    key: K,
    max: u32,
    now_us: i64,
) -> Result<(), u32> {
    let is_over = |window: &Window| now_us - window.began_us >= WINDOW_US;
    if !windows.contains_key(&key) && windows.len() >= WINDOWS_MAX {
        windows.retain(|_, window| !is_over(window));
        if windows.len() >= WINDOWS_MAX {
            let oldest = windows.iter().min_by_key(|(_, window)| window.began_us).map(|(key, _)| *key);
            oldest.and_then(|key| windows.remove(&key));
        }
    }
    let window = windows.entry(key).or_insert(Window { began_us: now_us, count: 0 });
    if is_over(window) {
        *window = Window { began_us: now_us, count: 0 };
    }
    if window.count >= max {
        let wait_us = window.began_us + WINDOW_US - now_us;
        return Err(u32::try_from(wait_us / 1_000_000 + 1).unwrap_or(u32::MAX));
    }
    window.count += 1;
    Ok(())
}

/// Whoever has an IPv6 address has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn an_email_is_limited_wherever_the_attempts_come_from() {
        let attempts = Attempts::default();
        for i in 0..EMAIL_MAX {
            attempts.count(from(&format!("10.0.0.{i}")), "a@b.cn", 5).unwrap();
        }
        assert_eq!(attempts.count(from("10.0.1.1"), "a@b.cn", 5), Err(601));
        assert_eq!(attempts.count(from("10.0.1.1"), "a@b.cn", WINDOW_US - 1_000_000), Err(2));
        attempts.count(from("10.0.1.1"), "c@b.cn", 5).unwrap();
        attempts.count(from("10.0.1.1"), "a@b.cn", WINDOW_US + 5).unwrap();
    }

    #[test]
    fn an_address_is_limited_whatever_the_email_and_ipv6_by_its_network() {
        let attempts = Attempts::default();
        for i in 0..ADDRESS_MAX {
            attempts.count(from(&format!("2001:db8::{i:x}")), &format!("{i}@b.cn"), 0).unwrap();
        }
        attempts.count(from("2001:db8::ffff:1"), "x@b.cn", 0).unwrap_err();
        attempts.count(from("2001:db8:0:1::1"), "x@b.cn", 0).unwrap();
    }

    #[test]
    fn success_begins_anew() {
        let attempts = Attempts::default();
        for i in 0..ADDRESS_MAX * 2 {
            let email = format!("{}@b.cn", i / EMAIL_MAX);
            attempts.count(from("10.0.0.1"), &email, 0).unwrap();
            attempts.succeeded(from("10.0.0.1"), &email);
        }
    }

    #[test]
    fn sign_ins_by_a_provider_are_counted_by_themselves() {
        let attempts = Attempts::default();
        for _ in 0..BEGUN_MAX * 2 {
            attempts.count_begun(from("10.0.0.1"), 0).unwrap();
            attempts.begun_succeeded(from("10.0.0.1"));
        }
        for _ in 0..BEGUN_MAX {
            attempts.count_begun(from("10.0.0.1"), 0).unwrap();
        }
        assert_eq!(attempts.count_begun(from("10.0.0.1"), 0), Err(601));
        attempts.count_begun(from("10.0.0.2"), 0).unwrap();
        attempts.count(from("10.0.0.1"), "a@b.cn", 0).unwrap();
        attempts.count_begun(from("10.0.0.1"), WINDOW_US).unwrap();
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let attempts = Attempts::default();
        for i in 0..WINDOWS_MAX + 10 {
            attempts.count(None, &i.to_string(), i as i64).unwrap();
        }
        assert_eq!(attempts.state.lock().emails.len(), WINDOWS_MAX);
    }
}
