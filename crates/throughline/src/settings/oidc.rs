//! What the settings of the identity provider come to.

use std::path::Path;

use control::Newcomer;
use model::access::{Role, Standing};
use model::stores::Stores;
use server::config::{OidcConfig, PasswordsFor};
use server::oidc::is_safe;
use server::secret::Secret;
use url::Url;

use super::OidcSettings;
use crate::exit::Failure;

/// Stands among the domains where all of them are let in.
const ANY_DOMAIN: &str = "*";

/// The provider, if there is one.
///
/// # Errors
/// When a setting that belongs to it is missing or makes no sense.
pub(super) fn config(settings: &OidcSettings) -> Result<Option<OidcConfig>, Failure> {
    if settings.issuer.is_empty() {
        return match *settings == super::Settings::default().oidc {
            true => Ok(None),
            false => Err(wrong("issuer", "say which provider the other settings are about")),
        };
    }
    let address = Url::parse(&settings.issuer).ok().filter(|address| {
        is_safe(address) && address.query().is_none() && address.fragment().is_none() && address.username().is_empty()
    });
    let address =
        address.ok_or_else(|| wrong("issuer", "give the provider's address, as in https://login.example.com"))?;
    if settings.client_id.is_empty() {
        return Err(wrong("client_id", "give the id this server has at the provider"));
    }
    let passwords = match settings.passwords.as_str() {
        "everyone" => PasswordsFor::Everyone,
        "administrators" => PasswordsFor::Administrators,
        _ => return Err(wrong("passwords", "choose `everyone` or `administrators`")),
    };
    let host = address.host_str().unwrap_or_default().to_owned();
    Ok(Some(OidcConfig {
        name: if settings.name.is_empty() { host } else { settings.name.clone() },
        // As it is written: whether there is a slash at its end belongs to it.
        issuer: settings.issuer.clone(),
        client_id: settings.client_id.clone(),
        client_secret: secret(settings)?.map(Secret),
        domains: domains(settings),
        newcomer: newcomer(settings)?,
        passwords,
    }))
}

/// Those that are let in; none: any.
fn domains(settings: &OidcSettings) -> Vec<String> {
    if settings.domains.iter().any(|domain| domain == ANY_DOMAIN) {
        return Vec::new();
    }
    settings.domains.iter().map(|domain| domain.trim_start_matches('@').to_lowercase()).collect()
}

fn secret(settings: &OidcSettings) -> Result<Option<String>, Failure> {
    let given = Some(settings.client_secret.0.clone()).filter(|secret| !secret.is_empty());
    let file = &settings.client_secret_file;
    if *file == Path::new("") {
        return Ok(given);
    }
    if given.is_some() {
        return Err(wrong("client_secret_file", "`oidc.client_secret` is set, too; leave one of them out"));
    }
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|error| wrong("client_secret_file", &format!("{}: {error}", file.display())))?;
    match text.trim() {
        "" => Err(wrong("client_secret_file", &format!("{} is empty", file.display()))),
        secret => Ok(Some(secret.to_owned())),
    }
}

fn newcomer(settings: &OidcSettings) -> Result<Option<Newcomer>, Failure> {
    if settings.newcomer_workspace.is_empty() {
        return Ok(None);
    }
    if settings.domains.is_empty() {
        let why = "whoever has an account at the provider would become a member; list the domains of your people's \
                   e-mail addresses under `oidc.domains`, or `*` if it is to be anybody";
        return Err(wrong("newcomer_workspace", why));
    }
    let role = Role::by_id(&settings.newcomer_role).filter(|role| *role != Role::Owner);
    let role = role.ok_or_else(|| wrong("newcomer_role", "choose `viewer`, `analyst` or `editor`"))?;
    let stores = match settings.newcomer_stores.is_empty() {
        true => None,
        false => {
            let stores = Stores::new(settings.newcomer_stores.iter().cloned());
            Some(stores.map_err(|fault| wrong("newcomer_stores", &fault.to_string()))?)
        }
    };
    let standing = Standing::new(role, stores).map_err(|fault| wrong("newcomer_stores", &fault.to_string()))?;
    Ok(Some(Newcomer { workspace: settings.newcomer_workspace.clone(), standing }))
}

fn wrong(name: &str, why: &str) -> Failure {
    Failure::usage(format!("setting `oidc.{name}`: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Hidden, Settings};

    fn settings() -> OidcSettings {
        OidcSettings {
            issuer: "https://login.example.com/realms/shop".to_owned(),
            client_id: "throughline".to_owned(),
            ..Settings::default().oidc
        }
    }

    #[test]
    fn without_an_issuer_there_is_no_provider_and_nothing_about_one() {
        assert!(config(&Settings::default().oidc).unwrap().is_none());
        let stray = OidcSettings { issuer: String::new(), ..settings() };
        assert!(config(&stray).is_err(), "a forgotten issuer must not switch sign-in off silently");
    }

    #[test]
    fn what_makes_no_provider_is_refused() {
        assert_eq!(config(&settings()).unwrap().unwrap().name, "login.example.com");
        let change = |change: &dyn Fn(&mut OidcSettings)| {
            let mut changed = settings();
            change(&mut changed);
            config(&changed)
        };
        assert!(change(&|all| all.issuer = "http://login.example.com".to_owned()).is_err(), "in the clear");
        assert!(change(&|all| all.issuer = "http://127.0.0.1:9000".to_owned()).is_ok());
        assert!(change(&|all| all.client_id.clear()).is_err());
        assert!(change(&|all| all.passwords = "nobody".to_owned()).is_err());
        assert!(change(&|all| all.client_secret_file = "/nowhere/at/all".into()).is_err());
        let owners = |all: &mut OidcSettings| {
            all.domains = vec!["example.com".to_owned()];
            (all.newcomer_workspace, all.newcomer_role) = ("shop".into(), "owner".into());
        };
        assert!(change(&owners).is_err());
        let editors = |all: &mut OidcSettings| {
            all.domains = vec!["example.com".to_owned()];
            (all.newcomer_workspace, all.newcomer_role) = ("shop".into(), "editor".into());
            all.newcomer_stores = vec!["s1".to_owned()];
        };
        assert!(change(&editors).is_err(), "editors are not limited");
    }

    #[test]
    fn an_issuer_stays_as_it_is_written() {
        for written in ["https://login.example.com", "https://login.example.com/", "https://login.example.com/shop/"] {
            let written = OidcSettings { issuer: written.to_owned(), ..settings() };
            assert_eq!(config(&written).unwrap().unwrap().issuer, written.issuer);
        }
    }

    #[test]
    fn newcomers_are_of_domains_that_are_named_or_of_any_on_purpose() {
        let of = |domains: &[&str]| {
            let domains = domains.iter().map(|domain| (*domain).to_owned()).collect();
            config(&OidcSettings { domains, newcomer_workspace: "shop".to_owned(), ..settings() })
        };
        let refused = format!("{:?}", of(&[]).unwrap_err());
        assert!(refused.contains("oidc.domains"), "{refused}");
        let named = of(&["@Example.com"]).unwrap().unwrap();
        assert!(named.newcomer.is_some() && named.domains == ["example.com"]);
        let any = of(&["*"]).unwrap().unwrap();
        assert!(any.newcomer.is_some() && any.domains.is_empty());
    }

    #[test]
    fn a_secret_comes_from_one_place_and_is_not_printed() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "from the file\n").unwrap();
        let from_file = OidcSettings { client_secret_file: file.path().to_owned(), ..settings() };
        assert_eq!(config(&from_file).unwrap().unwrap().client_secret.unwrap().0, "from the file");
        let both = OidcSettings { client_secret: Hidden("given".to_owned()), ..from_file };
        assert!(config(&both).is_err());
        assert!(!format!("{both:?}").contains("given"));
    }
}
