//! Which identifier each profile id stands for.
//!
//! A profile's id is a 63-bit hash of its identifier. Should two identifiers hash alike, the second one
//! takes the next salt; so an identifier's profile depends on which came first, and the register (kept in the
//! table `identity`) remembers. In memory it holds a second hash per profile, not the identifier.

use model::identity::{Identifier, ProfileId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::{Error, Result};
use crate::limits::SALTS_MAX;

/// The register of a workspace.
#[derive(Debug, Clone)]
pub(crate) struct Register {
    /// Of each profile, another hash of its identifier, and the namespace's place in `namespaces`.
    taken: FxHashMap<i64, (u64, u32)>,
    namespaces: Vec<String>,
    /// Registered since the table was last written.
    unpublished: Vec<(i64, Identifier)>,
    /// Profiles the table has a row of without an identifier, because only edges have named them.
    unnamed: FxHashSet<i64>,
    /// Profiles no durable record has named yet: whoever writes a record with one must register it there.
    unlogged: FxHashSet<i64>,
    hash: fn(&Identifier, u32) -> ProfileId,
}

impl Default for Register {
    fn default() -> Self {
        Register {
            taken: FxHashMap::default(),
            namespaces: Vec::new(),
            unpublished: Vec::new(),
            unnamed: FxHashSet::default(),
            unlogged: FxHashSet::default(),
            hash: |identifier, salt| identifier.profile(salt),
        }
    }
}

/// Independent of the profile hash: another function of the same bytes.
fn fingerprint(namespace: &str, value: &str) -> u64 {
    let mut hasher = xxhash_rust::xxh3::Xxh3::with_seed(0x7468_726f_7567_686c);
    hasher.update(namespace.as_bytes());
    hasher.update(&[0xff]);
    hasher.update(value.as_bytes());
    hasher.digest()
}

impl Register {
    /// The profile of an identifier, and whether no durable record has named it yet.
    pub(crate) fn assign(&mut self, identifier: &Identifier) -> Result<(i64, bool)> {
        let print = fingerprint(&identifier.namespace, &identifier.value);
        for salt in 0..SALTS_MAX {
            let profile = (self.hash)(identifier, salt).0;
            match self.taken.get(&profile) {
                Some((taken, _)) if *taken == print => return Ok((profile, self.unlogged.contains(&profile))),
                Some(_) => {}
                None => {
                    self.insert(profile, identifier.clone(), print);
                    self.unlogged.insert(profile);
                    return Ok((profile, true));
                }
            }
        }
        Err(Error::Limit { what: "number of identifiers of one hash", got: SALTS_MAX.into(), limit: SALTS_MAX.into() })
    }

    /// The profile of a known identifier.
    pub(crate) fn find(&self, namespace: &str, value: &str) -> Option<i64> {
        let print = fingerprint(namespace, value);
        let identifier = Identifier::new(namespace, value);
        for salt in 0..SALTS_MAX {
            let profile = (self.hash)(&identifier, salt).0;
            if self.taken.get(&profile)?.0 == print {
                return Some(profile);
            }
        }
        None
    }

    /// A record that registers these is durable.
    pub(crate) fn logged(&mut self, profiles: impl IntoIterator<Item = i64>) {
        for profile in profiles {
            self.unlogged.remove(&profile);
        }
    }

    /// Takes over what a log record says it registered.
    pub(crate) fn replay(&mut self, profile: i64, identifier: &Identifier) {
        if !self.taken.contains_key(&profile) {
            let print = fingerprint(&identifier.namespace, &identifier.value);
            self.insert(profile, identifier.clone(), print);
        }
    }

    /// Takes over a row of the table.
    pub(crate) fn load(&mut self, profile: i64, namespace: &str, value: &str) {
        let code = self.code(namespace);
        self.taken.insert(profile, (fingerprint(namespace, value), code));
    }

    /// The namespace of a profile's identifier, if an identifier of that profile is known.
    pub(crate) fn namespace_of(&self, profile: i64) -> Option<&str> {
        let (_, code) = self.taken.get(&profile)?;
        self.namespaces.get(*code as usize).map(String::as_str)
    }

    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.namespaces.iter().map(String::as_str)
    }

    /// Identifiers known.
    pub(crate) fn len(&self) -> usize {
        self.taken.len()
    }

    /// How many identifiers each namespace has, by name.
    pub(crate) fn counts(&self) -> std::collections::BTreeMap<String, u64> {
        let mut counts = vec![0; self.namespaces.len()];
        for (_, code) in self.taken.values() {
            counts[*code as usize] += 1;
        }
        self.namespaces.iter().cloned().zip(counts).collect()
    }

    pub(crate) fn unpublished(&self) -> &[(i64, Identifier)] {
        &self.unpublished
    }

    /// Whether the table has a row of one of these already.
    pub(crate) fn any_unnamed(&self, registered: &[(i64, Identifier)]) -> bool {
        registered.iter().any(|(profile, _)| self.unnamed.contains(profile))
    }

    /// The rows without an identifier that the table has now.
    pub(crate) fn set_unnamed(&mut self, unnamed: FxHashSet<i64>) {
        self.unnamed = unnamed;
    }

    /// The first `count` unpublished ones are in the table now.
    pub(crate) fn published(&mut self, count: usize) {
        for (profile, _) in self.unpublished.drain(..count) {
            self.unlogged.remove(&profile);
        }
    }

    fn insert(&mut self, profile: i64, identifier: Identifier, print: u64) {
        let code = self.code(&identifier.namespace);
        self.taken.insert(profile, (print, code));
        self.unpublished.push((profile, identifier));
    }

    /// A workspace has a handful of namespaces.
    fn code(&mut self, namespace: &str) -> u32 {
        if let Some(code) = self.namespaces.iter().position(|known| known == namespace) {
            return code as u32;
        }
        self.namespaces.push(namespace.to_owned());
        self.namespaces.len() as u32 - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_one_hash_get_profiles_of_their_own_and_keep_them() {
        let mut register = Register {
            hash: |identifier, salt| ProfileId(identifier.value.len() as i64 + 100 * i64::from(salt)),
            ..Register::default()
        };
        let id = |value: &str| Identifier::new("device", value);
        assert_eq!(register.assign(&id("aa")).unwrap(), (2, true));
        assert_eq!(register.assign(&id("bb")).unwrap(), (102, true));
        assert_eq!(register.assign(&id("cc")).unwrap(), (202, true));
        let mut again = Register { hash: register.hash, ..Register::default() };
        for (profile, identifier) in register.unpublished() {
            again.load(*profile, &identifier.namespace, &identifier.value);
        }
        // In another order of arrival than the first time.
        for (value, profile) in [("cc", 202), ("bb", 102), ("aa", 2)] {
            assert_eq!(again.assign(&id(value)).unwrap(), (profile, false));
            assert_eq!(again.find("device", value), Some(profile));
        }
        assert_eq!(again.find("device", "dd"), None);
        assert_eq!(again.find("email", "aa"), None);
        for n in 0..SALTS_MAX - 3 {
            again.assign(&id(&format!("{n:2}"))).unwrap();
        }
        assert!(again.assign(&id("zz")).is_err());
    }
}
