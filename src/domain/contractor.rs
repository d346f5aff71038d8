//! Firms: made, changed and ended by the transport team. The trail tells a firm's name and which of its details changed:
//! those who answer for it are people, and what is in the trail stays.

mod standing;

use serde_json::json;

use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::submission;
use crate::error::{Error, Fault, Result};
use crate::store::contractor::{self as store, Contractor, NewContractor};
use crate::store::trail::Entry;
use crate::store::{Tx, lock_contractor};
use crate::types::{ContractorId, ContractorStatus, Origin, Reach, fold, is_email};

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

    /// What a form carries to say which details it was made from.
    pub fn fingerprint(&self) -> String {
        submission::fingerprint(self)
    }

    /// The fields in which the two differ.
    fn differing(&self, other: &Details) -> Vec<&'static str> {
        let fields = [
            ("name", &self.name, &other.name),
            ("contact_name", &self.contact_name, &other.contact_name),
            ("email", &self.email, &other.email),
            ("phone", &self.phone, &other.phone),
            ("second_name", &self.second_name, &other.second_name),
            ("second_email", &self.second_email, &other.second_email),
        ];
        fields.into_iter().filter(|(_, one, two)| one != two).map(|(field, ..)| field).collect()
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
            if !address.is_empty() && !is_email(address) {
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

/// What the trail is told of a firm.
pub(super) fn told(folded_name: &str, fields: &[&str]) -> serde_json::Value {
    json!({ "contractor": folded_name, "fields": fields })
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
    let told = told(&new.folded_name, &Details::default().differing(details));
    tx.trail(Entry::new("contractor.create", "contractor", id.0).new_value(&told));
    Ok(id)
}

/// Changes a firm's name and contacts; says whether anything differed. `based_on` is the [`Details::fingerprint`] of
/// what the form showed.
///
/// # Errors
/// `Conflict` when the details moved meanwhile; `Invalid` with every fault.
pub fn change(tx: &mut Tx<'_>, who: &Who, id: ContractorId, details: &Details, based_on: &str) -> Result<bool> {
    may(who, Act::EditContractor, Subject::Firm(id))?;
    lock_contractor(tx, id)?;
    let firm = store::find(tx, id, &Reach::Everyone)?;
    let old = Details::of(&firm);
    submission::unmoved(&old, based_on)?;
    check(tx, details, Some(id))?;
    let fields = old.differing(details);
    if fields.is_empty() {
        return Ok(false);
    }
    let Details { name, contact_name, email, phone, second_name, second_email } = details.clone();
    let folded_name = fold(&name);
    let was = told(&firm.folded_name, &[]);
    let next = Contractor { name, folded_name, contact_name, email, phone, second_name, second_email, ..firm };
    store::update(tx, &next)?;
    let told = told(&next.folded_name, &fields);
    tx.trail(Entry::new("contractor.change", "contractor", id.0).old(&was).new_value(&told));
    Ok(true)
}

/// Says that the council no longer works with a firm, or works with it again. An ended firm gets no letters, and
/// its users see nothing.
///
/// # Errors
/// `Invalid` without a reason; `Conflict` when it stands so already.
pub fn set_status(tx: &mut Tx<'_>, who: &Who, id: ContractorId, status: ContractorStatus, reason: &str) -> Result<()> {
    may(who, Act::EditContractor, Subject::Firm(id))?;
    lock_contractor(tx, id)?;
    let firm = store::find(tx, id, &Reach::Everyone)?;
    if reason.trim().is_empty() {
        return Err(Error::invalid("reason", "Enter a reason"));
    }
    if firm.status == status {
        return Err(Error::Conflict("The contractor stands so already.".into()));
    }
    store::set_status(tx, id, status)?;
    let entry = Entry::new("contractor.status", "contractor", id.0).old(&firm.status).new_value(&status);
    tx.trail(entry.reason(reason.trim()));
    Ok(())
}

fn check(tx: &mut Tx<'_>, details: &Details, own: Option<ContractorId>) -> Result<()> {
    let mut faults = details.faults();
    let twin = store::by_folded_name(tx, &fold(&details.name))?;
    if twin.is_some_and(|twin| Some(twin.id) != own) {
        faults.push(Fault::new("name", store::NAME_TAKEN));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}
