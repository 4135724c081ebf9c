//! Text → site, and site → text.
//!
//! A site is mostly corners: types are the deserialiser's to check, which stops at the first fault and says where it is;
//! what the whole means is then checked by the model, and every fault located in the text.

use model::journey::Fault;
use model::place::Site;

use super::reader::Reader;
use super::tree::Node;

pub(super) fn checked(site: Result<Site, Fault>, root: &Node, text: &str) -> Result<Site, Vec<Fault>> {
    let site = site.map_err(|fault| vec![fault])?;
    let mut reader = Reader::default();
    site.faults().into_iter().for_each(|fault| reader.add(root, fault));
    if reader.has_faults() { Err(reader.into_faults(text)) } else { Ok(site) }
}

pub(super) fn of_yaml(text: &str) -> Result<Site, Fault> {
    serde_saphyr::from_str(text).map_err(|error| {
        let number = |number: u64| u32::try_from(number).ok();
        let at = error.location();
        let (line, column) = (at.and_then(|at| number(at.line())), at.and_then(|at| number(at.column())));
        Fault { line, column, ..Fault::new("", error.without_snippet().to_string()) }
    })
}

pub(super) fn of_json(text: &str) -> Result<Site, Fault> {
    serde_json::from_str(text).map_err(|error| Fault {
        line: u32::try_from(error.line()).ok(),
        column: u32::try_from(error.column()).ok(),
        ..Fault::new("", error.to_string())
    })
}

pub(super) fn yaml(site: &Site) -> String {
    // JSON is YAML too, should the writer ever refuse a value.
    let options = serde_saphyr::ser_options! { compact_list_indent: false, prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(site, options).unwrap_or_else(|_| json(site))
}

pub(super) fn json(site: &Site) -> String {
    let mut text = serde_json::to_string_pretty(site)
        .expect("a site's keys are texts and its numbers finite, so nothing in it can fail to be JSON");
    text.push('\n');
    text
}
