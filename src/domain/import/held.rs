//! What a person of a file holds: certificates, checks, decisions, evidence, approvals, badges, and waivers for what
//! the file has no column for. Newer dated evidence supersedes; older or blank never does.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::register::Register;
use super::take::warn;
use super::{Column, ImportPerson, Problem};
use crate::domain::clearance::Dossier;
use crate::domain::policy::{Requirement, may_be_waived};
use crate::error::Result;
use crate::store::approval::Approval;
use crate::store::badge::{self, NewBadge};
use crate::store::dbs::{Certificate, StatusCheck, Subscription, certificate, status_check, subscription};
use crate::store::decision::Decision;
use crate::store::evidence::Evidence;
use crate::store::hold::Hold;
use crate::store::licence::Licence;
use crate::store::waiver::Waiver;
use crate::store::{Tx, approval, decision, evidence, hold, licence, waiver};
use crate::types::{
    ApprovalId, BadgeState, CertificateId, CertificateSource, ContractorId, DecisionId, EvidenceId, HoldCode, HoldId,
    Kind, LicenceId, LicenceType, Origin, PersonId, StatusCheckId, SubscriptionId, UserId, WaiverId,
};

/// Why a requirement is waived that the file could not speak of.
pub const NOT_IN_REGISTER: &str = "Not in the imported register";

/// One person's holdings on their way in.
pub(super) struct Held<'r, 'a> {
    pub register: &'r mut Register<'a>,
    pub person: PersonId,
    pub new: &'r ImportPerson,
    pub dossier: &'r Dossier,
    pub firms: &'r HashMap<String, ContractorId>,
}

impl Held<'_, '_> {
    pub fn take(mut self, tx: &mut Tx<'_>, said: &mut Vec<Problem>) -> Result<()> {
        if let Some(certificate) = self.certificate(tx)? {
            self.decision(tx, certificate)?;
            self.update_service(tx, certificate)?;
        }
        self.evidence(tx, said)?;
        self.licences(tx, said)?;
        self.badges(tx)?;
        Ok(())
    }

    fn certificate(&self, tx: &mut Tx<'_>) -> Result<Option<CertificateId>> {
        let facts = &self.new.facts;
        let (Some(number), Some(issued_on), Some(level)) =
            (&facts.dbs_certificate_number, facts.dbs_issue_date, facts.dbs_level)
        else {
            return Ok(None);
        };
        if let Some(known) = self.dossier.certificates.iter().find(|c| c.number == *number) {
            return Ok(Some(known.id));
        }
        if self.dossier.certificates.iter().any(|c| c.issued_on >= issued_on) {
            return Ok(None);
        }
        let row = Certificate {
            id: CertificateId(0),
            person_id: self.person,
            number: number.clone(),
            level,
            workforce: facts.dbs_workforce,
            barred_lists: facts.dbs_barred_lists,
            issued_on,
            forename: facts.forename.clone(),
            surname: facts.surname.clone(),
            has_trace: facts.dbs_trace.unwrap_or(false),
            original_seen_by: String::new(),
            original_seen_on: None,
            source: CertificateSource::NotRecorded,
            origin: Origin::Imported,
            recorded_by: tx.actor,
            recorded_on: tx.today,
            retired_on: None,
            reason: String::new(),
        };
        certificate::insert(tx, &row).map(Some)
    }

    fn decision(&self, tx: &mut Tx<'_>, certificate: CertificateId) -> Result<()> {
        let facts = &self.new.facts;
        let (Some(outcome), Some(decided_on)) = (facts.suitability_outcome, facts.suitability_date) else {
            return Ok(());
        };
        if self.dossier.decisions.iter().any(|d| d.certificate_id == Some(certificate) && d.decided_on >= decided_on) {
            return Ok(());
        }
        let row = Decision {
            id: DecisionId(0),
            person_id: self.person,
            certificate_id: Some(certificate),
            outcome,
            decided_on,
            origin: Origin::Imported,
            decided_by: tx.actor,
            recorded_on: tx.today,
            reason: String::new(),
        };
        decision::insert(tx, &row).map(|_| ())
    }

    /// A joined date makes a subscription, never a consent. New information places the hold.
    fn update_service(&self, tx: &mut Tx<'_>, certificate: CertificateId) -> Result<()> {
        let facts = &self.new.facts;
        if let Some(joined_on) = facts.update_service_joined
            && !self.dossier.subscriptions.iter().any(|s| s.certificate_id == certificate)
        {
            let row = Subscription {
                id: SubscriptionId(0),
                person_id: self.person,
                certificate_id: certificate,
                joined_on,
                renewal_due: None,
                ended_on: None,
                origin: Origin::Imported,
                recorded_by: tx.actor,
                recorded_on: tx.today,
                volunteer: false,
                lost: false,
            };
            subscription::insert(tx, &row)?;
        }
        let (Some(checked_on), Some(result)) = (facts.update_service_last_check, facts.update_service_result) else {
            return Ok(());
        };
        if self.dossier.checks.iter().any(|c| c.certificate_id == certificate && c.checked_on >= checked_on) {
            return Ok(());
        }
        let row = StatusCheck {
            id: StatusCheckId(0),
            person_id: self.person,
            certificate_id: certificate,
            checked_on,
            result,
            checker: String::new(),
            origin: Origin::Imported,
            recorded_by: tx.actor,
            recorded_on: tx.today,
        };
        status_check::insert(tx, &row)?;
        if self.dossier.is_news(certificate, result) {
            let row = Hold {
                id: HoldId(0),
                person_id: self.person,
                code: HoldCode::NewInfo,
                starts_on: checked_on,
                until: None,
                reason: "The Update Service has new information on the certificate".into(),
                placed_by: UserId::SYSTEM,
                placed_at: tx.at,
                lifted_on: None,
                lifted_by: None,
                lift_reason: None,
            };
            hold::insert(tx, &row)?;
        }
        Ok(())
    }

    fn evidence(&self, tx: &mut Tx<'_>, said: &mut Vec<Problem>) -> Result<()> {
        let facts = &self.new.facts;
        let earned = [
            (Column::SafeguardingTrainingDate, "safeguarding", facts.safeguarding_training_date),
            (Column::FirstAidDate, "first_aid", facts.first_aid_date),
            (Column::PatsDate, "pats", facts.pats_date),
        ];
        for (column, code, day) in earned {
            if day.is_some() {
                self.record(tx, said, (column, Kind::Training, code), (day, None), "")?;
            }
        }
        for (column, kind, code, expiry) in [
            (Column::CpcExpiry, Kind::Cpc, "cpc", facts.cpc_expiry),
            (Column::MedicalExpiry, Kind::Medical, "medical", facts.medical_expiry),
        ] {
            if expiry.is_some() {
                self.record(tx, said, (column, kind, code), (None, expiry), "")?;
            }
        }
        if self.register.map.has(Column::RightToWorkExpiry) {
            let what = (Column::RightToWorkExpiry, Kind::RightToWork, "right_to_work");
            self.record(tx, said, what, (None, facts.right_to_work_expiry), "")?;
        }
        for licence in self.new.licences.iter().filter(|licence| licence.authority.is_empty()) {
            let what = (Column::LicenceExpiry, Kind::DrivingEntitlement, "driving_entitlement");
            self.record(tx, said, what, (None, Some(licence.expires_on)), &licence.number)?;
        }
        Ok(())
    }

    /// Records evidence unless what is held is as new by the dates that the file carries. What it renews is
    /// superseded, and lends it the facts that no file knows: a restriction on a licence outlives its renewal.
    fn record(
        &self,
        tx: &mut Tx<'_>,
        said: &mut Vec<Problem>,
        (column, kind, code): (Column, Kind, &str),
        (valid_from, expires_on): (Option<NaiveDate>, Option<NaiveDate>),
        reference: &str,
    ) -> Result<()> {
        let held: Vec<&Evidence> = self
            .dossier
            .evidence
            .iter()
            .filter(|e| e.kind == kind && e.code == code && e.superseded_by.is_none() && e.retired_on.is_none())
            .collect();
        if expires_on.is_some() && held.iter().any(|e| is_open(e)) {
            let why = "An officer recorded this without an end date; the one in the file was not taken.";
            warn(said, self.new, self.register.map.title(column), why.to_owned());
            return Ok(());
        }
        let no_older = |held: Option<NaiveDate>, new: Option<NaiveDate>| new.is_none() || held >= new;
        if held.iter().any(|e| no_older(e.valid_from, valid_from) && no_older(e.expires_on, expires_on)) {
            return Ok(());
        }
        let row = Evidence {
            id: EvidenceId(0),
            person_id: self.person,
            kind,
            code: code.to_owned(),
            valid_from,
            expires_on,
            reference: reference.to_owned(),
            facts: held.last().map_or_else(|| "{}".to_owned(), |old| old.facts.clone()),
            original: None,
            seen_by: String::new(),
            seen_on: None,
            origin: Origin::Imported,
            recorded_by: tx.actor,
            recorded_on: tx.today,
            superseded_by: None,
            retired_on: None,
            reason: String::new(),
        };
        let id = evidence::insert(tx, &row)?;
        for old in held {
            evidence::supersede(tx, old, id, None)?;
        }
        Ok(())
    }

    fn licences(&mut self, tx: &mut Tx<'_>, said: &mut Vec<Problem>) -> Result<()> {
        let new = self.new;
        for found in new.licences.iter().filter(|licence| !licence.authority.is_empty()) {
            let authority_id = self.register.authority(tx, &found.authority, found.line, said)?;
            let newer = |l: &Licence| {
                l.retired_on.is_none() && l.authority_id == authority_id && l.expires_on >= found.expires_on
            };
            if self.dossier.licences.iter().any(newer) {
                continue;
            }
            let row = Licence {
                id: LicenceId(0),
                person_id: self.person,
                authority_id,
                licence_type: licence_type(&found.number),
                number: found.number.clone(),
                valid_from: None,
                expires_on: found.expires_on,
                ended_on: None,
                origin: Origin::Imported,
                recorded_by: tx.actor,
                recorded_on: tx.today,
                retired_on: None,
                reason: String::new(),
            };
            licence::insert(tx, &row)?;
        }
        Ok(())
    }

    /// An in-date badge is the council's word that somebody was approved, and waives what the file cannot say.
    fn badges(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let (today, mut approved, badges) = (tx.today, Vec::new(), &self.new.badges);
        for found in badges {
            let Some(contractor_id) = self.firms.get(&found.contractor_folded).copied() else { continue };
            let new = NewBadge {
                number: found.number.clone(),
                person_id: self.person,
                contractor_id,
                role: found.role.clone(),
                issued_on: found.issued_on,
                expires_on: found.expires_on,
                state: BadgeState::Live,
                origin: Origin::Imported,
            };
            let is_new = self.register.meets_badge((new.number.clone(), contractor_id, new.role.clone()));
            if is_new {
                badge::insert(tx, &new)?;
            }
            if !is_new || found.expires_on < today || found.issued_on > today {
                continue;
            }
            if !self.dossier.approvals.iter().any(|a| a.role == found.role) && !approved.contains(&found.role.as_str())
            {
                self.approve(tx, &found.role, found.issued_on)?;
                approved.push(&found.role);
            }
        }
        let mut roles: Vec<&str> = self.new.badges.iter().map(|badge| badge.role.as_str()).collect();
        roles.sort_unstable();
        roles.dedup();
        for role in roles {
            let in_date = self.new.badges.iter().filter(|b| b.role == role && b.issued_on <= today);
            if let Some(until) = in_date.map(|b| b.expires_on).filter(|day| *day >= today).max() {
                self.waive(tx, role, until)?;
            }
        }
        Ok(())
    }

    fn approve(&self, tx: &mut Tx<'_>, role: &str, approved_on: NaiveDate) -> Result<()> {
        let row = Approval {
            id: ApprovalId(0),
            person_id: self.person,
            role: role.to_owned(),
            approved_on,
            policy_number: None,
            conditions: String::new(),
            conditions_until: None,
            ended_on: None,
            origin: Origin::Imported,
            approved_by: tx.actor,
            recorded_on: tx.today,
            reason: String::new(),
        };
        approval::insert(tx, &row).map(|_| ())
    }

    fn waive(&self, tx: &mut Tx<'_>, role: &str, until: NaiveDate) -> Result<()> {
        let policy = self.register.policy;
        let silent = policy
            .asked_of(role)
            .into_iter()
            // No bulletin was sent under the old register: there is nothing to set aside.
            .filter(|asked| asked.waivable && may_be_waived(asked.kind) && asked.kind != Kind::BulletinsRead)
            .filter(|asked| !self.speaks_of(asked));
        for asked in silent {
            let same = |w: &Waiver| w.role == role && w.requirement == asked.code && w.ends_on >= until;
            if self.dossier.waivers.iter().any(same) {
                continue;
            }
            let row = Waiver {
                id: WaiverId(0),
                person_id: self.person,
                role: role.to_owned(),
                requirement: asked.code.clone(),
                starts_on: tx.today,
                ends_on: until,
                conditions: String::new(),
                reason: NOT_IN_REGISTER.into(),
                origin: Origin::Imported,
                granted_by: tx.actor,
                recorded_on: tx.today,
                withdrawn_on: None,
                withdrawn_reason: None,
            };
            waiver::insert(tx, &row)?;
        }
        Ok(())
    }

    /// Whether the file has a column for what a requirement asks.
    fn speaks_of(&self, asked: &Requirement) -> bool {
        let column = match (asked.kind, asked.code.as_str()) {
            (Kind::Training, "safeguarding") => Column::SafeguardingTrainingDate,
            (Kind::Training, "first_aid") => Column::FirstAidDate,
            (Kind::Training, "pats") => Column::PatsDate,
            (Kind::Cpc, _) => Column::CpcExpiry,
            (Kind::Medical, _) => Column::MedicalExpiry,
            (Kind::RightToWork, _) => Column::RightToWorkExpiry,
            (Kind::Licence | Kind::DrivingEntitlement, _) => Column::LicenceExpiry,
            (Kind::DbsCertificate, _) => Column::DbsCertificateNumber,
            (Kind::UpdateService, _) => Column::UpdateServiceJoined,
            (Kind::MinimumAge, _) => Column::DateOfBirth,
            _ => return false,
        };
        self.register.map.has(column)
    }
}

/// Whether an officer recorded that it has no end; an imported blank only says that the file had no date.
fn is_open(held: &Evidence) -> bool {
    held.expires_on.is_none() && held.origin == Origin::Recorded
}

/// The type some councils write into a licence's number.
fn licence_type(number: &str) -> LicenceType {
    let upper = number.to_uppercase();
    if upper.contains("DUAL") {
        LicenceType::Dual
    } else if upper.contains("HCD") {
        LicenceType::Hackney
    } else if upper.contains("PHD") {
        LicenceType::PrivateHire
    } else {
        LicenceType::NotRecorded
    }
}
