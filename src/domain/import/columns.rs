//! The columns of the native register: what each is called, what it means, what other registers call it.

macro_rules! columns {
    ($($variant:ident = $name:literal, $meaning:literal, [$($synonym:literal),* $(,)?];)+) => {
        /// A column an import can read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Column { $(#[doc = $meaning] $variant),+ }

        impl Column {
            /// Every column; the native header is these in this order, save the last, [`Column::Name`].
            pub const ALL: &'static [Column] = &[$(Column::$variant),+];

            /// The heading in a native file.
            pub fn as_str(self) -> &'static str {
                match self { $(Column::$variant => $name),+ }
            }

            /// What the column holds, for the import page.
            pub fn meaning(self) -> &'static str {
                match self { $(Column::$variant => $meaning),+ }
            }

            /// Other headings that mean the same, folded as [`crate::types::fold`] does.
            pub fn synonyms(self) -> &'static [&'static str] {
                match self { $(Column::$variant => &[$($synonym),*]),+ }
            }
        }
    };
}

columns! {
    Ref = "ref", "The council's own reference for the person",
        ["reference", "person ref", "person reference", "person id", "applicant ref", "application ref", "record number", "our ref"];
    Forename = "forename", "Forename or forenames",
        ["forenames", "forename s", "first name", "first names", "given name", "given names", "christian name"];
    Surname = "surname", "Surname", ["last name", "family name", "second name"];
    DateOfBirth = "date_of_birth", "Date of birth", ["dob", "d o b", "birth date", "date of birth dob", "born"];
    Email = "email", "The person's e-mail address",
        ["e mail", "email address", "e mail address", "personal email", "driver email", "applicant email"];
    Phone = "phone", "The person's telephone number",
        ["telephone", "tel", "tel no", "mobile", "mobile number", "mobile no", "phone number", "phone no", "telephone number", "contact number"];
    Role = "role", "The person's work, one role a row", ["job", "job title", "job role", "position", "post", "type of work", "driver or pa"];
    Contractor = "contractor", "The firm the person works for",
        ["contractor name", "operator", "operator name", "company", "company name", "firm", "employer", "supplier", "supplier name"];
    ContractorEmail = "contractor_email", "Where letters to the firm go",
        ["contractor e mail", "operator email", "operator e mail", "company email", "firm email", "employer email", "supplier email", "compliance email"];
    LicensingAuthority = "licensing_authority", "The authority that licensed a taxi or private hire driver",
        ["licensing council", "licensing district", "licensing body", "licence authority", "licensed by", "district"];
    LicenceNumber = "licence_number", "Number of the taxi or driving licence",
        ["licence no", "license number", "license no", "taxi licence number", "taxi licence no", "badge licence number", "driver licence number"];
    LicenceExpiry = "licence_expiry", "The last day of that licence",
        ["licence expiry date", "license expiry", "license expiry date", "licence expires", "taxi licence expiry", "licence end date"];
    DbsCertificateNumber = "dbs_certificate_number", "DBS certificate number, 12 digits",
        ["dbs certificate no", "dbs number", "dbs no", "disclosure number", "disclosure no", "certificate number", "certificate no", "crb number", "dbs cert no", "dbs certificate"];
    DbsIssueDate = "dbs_issue_date", "The day the certificate was issued",
        ["dbs date", "dbs issued", "dbs date of issue", "date of dbs", "disclosure date", "certificate date", "certificate issue date", "dbs certificate date", "dbs certificate issue date"];
    DbsLevel = "dbs_level", "basic, standard or enhanced", ["level", "disclosure level", "dbs type", "certificate level", "level of check"];
    DbsWorkforce = "dbs_workforce", "child, adult, child_and_adult or other", ["workforce", "position applied for workforce"];
    DbsBarredLists = "dbs_barred_lists", "Barred lists checked: child, adult or child_and_adult",
        ["barred lists", "barred list", "barred list check", "barred lists checked", "barred list checked"];
    DbsTrace = "dbs_trace", "Whether the certificate shows anything: yes or no",
        ["trace", "dbs trace yes no", "has trace", "trace on dbs", "trace yes no"];
    SuitabilityOutcome = "suitability_outcome", "suitable or unsuitable",
        ["suitability", "suitability decision", "panel outcome", "assessment outcome", "outcome"];
    SuitabilityDate = "suitability_date", "The day of that decision",
        ["suitability decision date", "panel date", "assessment date", "decision date", "date of decision"];
    UpdateServiceJoined = "update_service_joined", "The day the person joined the Update Service",
        ["update service", "update service date", "update service joined date", "date joined update service", "update service start", "us joined"];
    UpdateServiceLastCheck = "update_service_last_check", "The day of the last status check",
        ["update service check", "update service check date", "last status check", "status check date", "last update service check", "last update check"];
    UpdateServiceResult = "update_service_result", "What that check said",
        ["update service check result", "status check result", "update service status", "status check outcome"];
    SafeguardingTrainingDate = "safeguarding_training_date", "The day of safeguarding training",
        ["safeguarding", "safeguarding date", "safeguarding training", "safeguarding course", "safeguarding course date"];
    FirstAidDate = "first_aid_date", "The day of first aid training", ["first aid", "first aid training", "first aid course", "first aid training date"];
    PatsDate = "pats_date", "The day of passenger assistant training (PATS)", ["pats", "pats training", "pats training date", "pats course", "midas pats"];
    CpcExpiry = "cpc_expiry", "The last day of the Driver CPC card", ["cpc", "cpc expiry date", "driver cpc", "driver cpc expiry", "dcpc expiry", "dqc expiry"];
    MedicalExpiry = "medical_expiry", "The last day of the medical",
        ["medical", "medical expiry date", "medical expires", "medical due", "medical due date"];
    RightToWorkExpiry = "right_to_work_expiry", "The last day of a time-limited right to work; blank when it has no limit",
        ["right to work", "right to work expiry date", "rtw expiry", "rtw", "visa expiry", "work permit expiry"];
    BadgeNumber = "badge_number", "Number of the council's badge", ["badge", "badge no", "id badge number", "id badge no", "badge id", "pass number"];
    BadgeIssued = "badge_issued", "The day the badge was issued", ["badge issue date", "badge date", "badge issued date", "badge start", "badge issue"];
    BadgeExpiry = "badge_expiry", "The last day of the badge", ["badge expiry date", "badge expires", "badge end", "badge end date", "badge valid until"];
    Name = "name", "The full name, where a file has no surname column: “Surname, Forename” or “Forename Surname”",
        ["full name", "driver name", "employee name", "applicant name", "staff name", "person", "name of applicant"];
}

impl Column {
    /// The columns of a native file, in its order.
    pub fn native() -> impl Iterator<Item = Column> {
        Column::ALL.iter().copied().filter(|column| *column != Column::Name)
    }

    /// The column of that native name.
    pub fn named(name: &str) -> Option<Column> {
        Column::ALL.iter().copied().find(|column| column.as_str() == name.trim())
    }
}
