//! The licensing authorities a register begins with.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::authority::{self as store, NewAuthority};
use crate::store::trail::Entry;
use crate::types::fold;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    authority: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    code: String,
    name: String,
    #[serde(default)]
    delegates_to: String,
    delegated_from: Option<NaiveDate>,
}

impl Listed {
    fn plain(name: &str) -> Listed {
        let code = fold(name).replace(' ', "_");
        Listed { code, name: name.to_owned(), delegates_to: String::new(), delegated_from: None }
    }
}

/// Writes the shipped authorities on a register that has none; says how many.
///
/// # Errors
/// The database's, or that the shipped file is broken.
pub fn establish(tx: &mut Tx<'_>) -> Result<usize> {
    if !store::all(tx)?.is_empty() {
        return Ok(0);
    }
    let file: File = toml::from_str(include_str!("../../policy/authorities.toml")).map_err(Error::internal)?;
    let mut written = 0;
    // Whoever another hands its licensing to writes the licences, listed or not.
    let is_listed = |name: &str| file.authority.iter().any(|one| one.name == name);
    let delegates = file.authority.iter().map(|one| &one.delegates_to);
    let beyond = delegates.filter(|name| !name.is_empty() && !is_listed(name));
    let beyond: Vec<Listed> = beyond.map(|name| Listed::plain(name)).collect();
    for listed in file.authority.iter().chain(&beyond) {
        let new = NewAuthority {
            code: listed.code.clone(),
            name: listed.name.clone(),
            folded_name: fold(&listed.name),
            valid_from: None,
            valid_to: None,
            delegates_to: listed.delegates_to.clone(),
            delegated_from: listed.delegated_from,
        };
        let id = store::insert(tx, &new)?;
        tx.trail(Entry::new("authority.establish", "authority", id.0).new_value(&new.name));
        written += 1;
    }
    Ok(written)
}
