//! The rules of stitching that a workspace may set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identifier::{self, Kind, kind};
use crate::limits::{CONNECTED_IDENTIFIERS_MAX, CUSTOMER_IDENTIFIERS_MAX, NAME_BYTES_MAX, POLICY_NAMESPACES_MAX};

/// Whom an identifier belongs to that several persons use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = SharedIdentifiers)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// To the person who was seen with it first.
    #[default]
    First,
    /// To the person who came to it last: whose first sighting with it is the latest.
    Last,
    /// To nobody: it stays a customer of its own.
    None,
}

/// What a workspace lets stitching do. Everything left out is as the kind of the namespace has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StitchingPolicy)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Whom a shared device, address or order belongs to.
    pub shared: Shared,
    /// Identifiers one customer has at most; an identifier seen with more others than that joins nobody.
    pub customer_identifiers_max: u32,
    /// Identifiers that may hang together by links that might stand, before only surer links count among them; eight
    /// times `customer_identifiers_max` where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connected_identifiers_max: Option<u32>,
    /// Namespaces with rules of their own.
    pub namespaces: BTreeMap<String, NamespacePolicy>,
}

impl Default for Policy {
    fn default() -> Self {
        // More than a person's devices of many years, less than what one broken sender makes in a day.
        Policy {
            shared: Shared::default(),
            customer_identifiers_max: 500,
            connected_identifiers_max: None,
            namespaces: BTreeMap::new(),
        }
    }
}

/// What is said of one namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StitchingNamespace)]
#[serde(deny_unknown_fields, default)]
pub struct NamespacePolicy {
    /// What its identifiers are, where the name does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Of the links that contradict each other, those of the higher priority stand; by kind, 0 (device) to 30 (person).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// Different identifiers of it one customer has at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_customer_max: Option<u32>,
    /// Persons (of one other namespace) it may be seen with; with more, it is common property and joins nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persons_max: Option<u32>,
    /// Whom it belongs to when several persons use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared: Option<Shared>,
}

/// The rules of one namespace, defaults filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StitchingRules)]
pub struct NamespaceRules {
    pub kind: Kind,
    pub priority: u8,
    /// `None`: as many as the customer may have at all.
    pub per_customer_max: Option<u32>,
    pub persons_max: u32,
    pub shared: Shared,
}

/// What is wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    #[error("`customer_identifiers_max` is {got}; write 2 to {max}")]
    CustomerIdentifiers { got: u32, max: u32 },
    #[error("`connected_identifiers_max` is {got}; write {min} (`customer_identifiers_max`) to {max}, or leave it out")]
    Connected { got: u32, min: u32, max: u32 },
    #[error("the policy has rules for {got} namespaces; at most {max} are read")]
    Namespaces { got: usize, max: usize },
    #[error("`{namespace}` is no name of a namespace: it is empty or longer than {max} bytes")]
    Name { namespace: String, max: usize },
    #[error("`{field}` of namespace `{namespace}` is 0; write at least 1, or leave it out")]
    Zero { namespace: String, field: &'static str },
}

impl Policy {
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), PolicyFault> {
        let (got, max) = (self.customer_identifiers_max, CUSTOMER_IDENTIFIERS_MAX);
        if !(2..=max).contains(&got) {
            return Err(PolicyFault::CustomerIdentifiers { got, max });
        }
        let (min, max) = (self.customer_identifiers_max, CONNECTED_IDENTIFIERS_MAX);
        if let Some(got) = self.connected_identifiers_max.filter(|got| !(min..=max).contains(got)) {
            return Err(PolicyFault::Connected { got, min, max });
        }
        let (got, max) = (self.namespaces.len(), POLICY_NAMESPACES_MAX);
        if got > max {
            return Err(PolicyFault::Namespaces { got, max });
        }
        for (namespace, rules) in &self.namespaces {
            let namespace = || namespace.clone();
            if namespace().is_empty() || namespace().len() > NAME_BYTES_MAX {
                return Err(PolicyFault::Name { namespace: namespace(), max: NAME_BYTES_MAX });
            }
            for (field, value) in [("per_customer_max", rules.per_customer_max), ("persons_max", rules.persons_max)] {
                if value == Some(0) {
                    return Err(PolicyFault::Zero { namespace: namespace(), field });
                }
            }
        }
        Ok(())
    }

    /// How many identifiers may hang together before only surer links count among them.
    pub fn reach(&self) -> usize {
        // Several customers of the largest size that contradict each other, and still looked through in a blink.
        self.connected_identifiers_max.unwrap_or(self.customer_identifiers_max.saturating_mul(8)) as usize
    }

    /// The rules of a namespace.
    pub fn rules(&self, namespace: &str) -> NamespaceRules {
        let none = NamespacePolicy::default();
        let written = namespace;
        let namespace = identifier::namespace(written);
        // A policy may have been set under another way to write the namespace.
        let same = || self.namespaces.iter().find(|(name, _)| identifier::namespace(name) == namespace);
        let own = self.namespaces.get(written).or_else(|| Some(same()?.1)).unwrap_or(&none);
        let kind = own.kind.unwrap_or_else(|| kind(namespace));
        let (priority, per_customer_max, persons_max) = match kind {
            // A till's tablet and a family's computer are told apart by how many log in.
            Kind::Device => (0, None, 5),
            Kind::Deed => (10, None, 1),
            Kind::Contact => (20, Some(20), 3),
            // A member number that a dozen logins use is a number of the shop.
            Kind::Person => (30, Some(1), 10),
        };
        // Each app of a vendor knows the same person by another one.
        let per_app = matches!(namespace, "wechat_openid" | "alipay_openid");
        let per_customer_max = if per_app { Some(20) } else { per_customer_max };
        NamespaceRules {
            kind,
            priority: own.priority.unwrap_or(priority),
            per_customer_max: own.per_customer_max.or(per_customer_max),
            persons_max: own.persons_max.unwrap_or(persons_max),
            shared: own.shared.unwrap_or(self.shared),
        }
    }
}
