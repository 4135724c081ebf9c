//! The API through HTTP, over a real workspace: the sample shop, imported once for all tests.

#![allow(clippy::unwrap_used)]

mod access;
mod analyses;
mod changes;
mod comments;
mod customers;
mod dictionary;
mod doors;
mod exports;
mod faults;
mod guard;
mod identity;
mod imports;
mod journeys;
mod live;
mod members;
mod named_views;
mod openapi;
mod pages;
mod pains;
mod personas;
mod places;
mod preview;
mod proposals;
mod provider;
mod queries;
mod reference;
mod rights;
mod segments;
mod sensors;
mod stores;
mod support;
mod system;
mod templates;
mod traffic;
mod versions;
