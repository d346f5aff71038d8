//! Firms: made, changed and ended by the transport team.

mod standing;

use crate::domain::permission::{Act, Subject, Who, may};
use crate::error::{Error, Fault, Result};
use crate::store::Tx;
use crate::store::contractor::{self as store, Contractor, NewContractor};
use crate::store::trail::Entry;
use crate::types::{ContractorId, ContractorStatus, Origin, Reach, fold};

pub use standing::{Band, Member, Need, Work, band_title, bands, members, needs};

/// What the team writes down of a firm.
#[derive(Clone, Default, serde::Serialize)]
pub struct Details {
    /// Its name as it writes it.
    pub name: String,
    /// Whom to ask for.
    pub contact_name: String,
    /// Where its letters go.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// Second contact.
    pub second_name: String,
    /// Copied when something is about to lapse.
    pub second_email: String,
}

impl Details {
    /// What is written down of `firm`.
    pub fn of(firm: &Contractor) -> Details {
        let Contractor { name, contact_name, email, phone, second_name, second_email, .. } = firm.clone();
        Details { name, contact_name, email, phone, second_name, second_email }
    }

    fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if fold(&self.name).is_empty() {
            faults.push(Fault::new("name", "Enter the contractor's name"));
        }
        for (field, text) in [
            ("name", &self.name),
            ("contact_name", &self.contact_name),
            ("phone", &self.phone),
            ("second_name", &self.second_name),
        ] {
            if text.chars().count() > 200 {
                faults.push(Fault::new(field, "This must be 200 characters or fewer"));
            }
        }
        for (field, address) in [("email", &self.email), ("second_email", &self.second_email)] {
            if !address.is_empty() && !is_address(address) {
                faults.push(Fault::new(field, "Enter an email address in the correct format, like name@example.com"));
            }
        }
        if self.email.is_empty() && !self.second_email.is_empty() {
            faults.push(Fault::new("email", "Enter the first contact's email address before a second one"));
        }
        if !self.email.is_empty() && self.email.eq_ignore_ascii_case(&self.second_email) {
            faults.push(Fault::new("second_email", "The second contact must have an address of their own"));
        }
        faults
    }
}

fn is_address(text: &str) -> bool {
    let plain = email_address::Options::default().without_display_text().without_domain_literal().with_required_tld();
    text.len() <= 254 && email_address::EmailAddress::parse_with_options(text, plain).is_ok()
}

/// Makes a firm.
///
/// # Errors
/// `Invalid` with every fault; a firm of the same folded name is one.
pub fn create(tx: &mut Tx<'_>, who: &Who, details: &Details) -> Result<ContractorId> {
    may(who, Act::EditContractor, Subject::Register)?;
    check(tx, details, None)?;
    let new = NewContractor {
        name: details.name.clone(),
        folded_name: fold(&details.name),
        status: ContractorStatus::Active,
        contact_name: details.contact_name.clone(),
        email: details.email.clone(),
        phone: details.phone.clone(),
        second_name: details.second_name.clone(),
        second_email: details.second_email.clone(),
        origin: Origin::Recorded,
        created_at: tx.at,
    };
    let id = store::insert(tx, &new)?;
    tx.trail(Entry::new("contractor.create", "contractor", id.0).new_value(details));
    Ok(id)
}

/// Changes a firm's name and contacts; says whether anything differed.
///
/// # Errors
/// `Invalid` with every fault.
pub fn change(tx: &mut Tx<'_>, who: &Who, id: ContractorId, details: &Details) -> Result<bool> {
    may(who, Act::EditContractor, Subject::Firm(id))?;
    let firm = store::find(tx, id, &Reach::Everyone)?;
    check(tx, details, Some(id))?;
    let Details { name, contact_name, email, phone, second_name, second_email } = details.clone();
    let folded_name = fold(&name);
    let next = Contractor { name, folded_name, contact_name, email, phone, second_name, second_email, ..firm.clone() };
    if next == firm {
        return Ok(false);
    }
    store::update(tx, &next)?;
    tx.trail(
        Entry::new("contractor.change", "contractor", id.0).old(&Details::of(&firm)).new_value(&Details::of(&next)),
    );
    Ok(true)
}

/// Says that the council no longer works with a firm, or works with it again. An ended firm gets no letters, and
/// its users see nothing.
///
/// # Errors
/// `Invalid` without a reason; `Conflict` when it stands so already.
pub fn set_status(tx: &mut Tx<'_>, who: &Who, id: ContractorId, status: ContractorStatus, reason: &str) -> Result<()> {
    may(who, Act::EditContractor, Subject::Firm(id))?;
    let firm = store::find(tx, id, &Reach::Everyone)?;
    if reason.trim().is_empty() {
        return Err(Error::invalid("reason", "Enter a reason"));
    }
    if firm.status == status {
        return Err(Error::Conflict("The contractor stands so already.".into()));
    }
    let was = firm.status;
    store::update(tx, &Contractor { status, ..firm })?;
    let entry = Entry::new("contractor.status", "contractor", id.0).old(&was).new_value(&status);
    tx.trail(entry.reason(reason.trim()));
    Ok(())
}

fn check(tx: &mut Tx<'_>, details: &Details, own: Option<ContractorId>) -> Result<()> {
    let mut faults = details.faults();
    let twin = store::by_folded_name(tx, &fold(&details.name))?;
    if twin.is_some_and(|twin| Some(twin.id) != own) {
        faults.push(Fault::new("name", "There is already a contractor of this name"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}
