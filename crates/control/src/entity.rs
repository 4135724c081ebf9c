//! The tables as SeaORM sees them. `migration` makes them; nothing outside this crate sees these types.

// SeaORM's derives write `pub` items beside these, so these are `pub` too; the modules keep them in.
#![allow(unreachable_pub)]

pub(crate) mod audit;
pub(crate) mod comment;
pub(crate) mod dated_change;
pub(crate) mod dictionary_version;
pub(crate) mod import_run;
pub(crate) mod invitation;
pub(crate) mod journey_version;
pub(crate) mod membership;
pub(crate) mod named_view;
pub(crate) mod pain;
pub(crate) mod pain_event;
pub(crate) mod person;
pub(crate) mod place_forecast;
pub(crate) mod place_salt;
pub(crate) mod proposal;
pub(crate) mod proposal_event;
pub(crate) mod provider_account;
pub(crate) mod segment_version;
pub(crate) mod sensor;
pub(crate) mod session;
pub(crate) mod site_version;
pub(crate) mod source;
pub(crate) mod source_key;
pub(crate) mod source_refusal;
pub(crate) mod traffic_version;
pub(crate) mod view;
pub(crate) mod workspace;
