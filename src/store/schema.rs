//! The tables, as the migrations make them. `tests/suite/migrate.rs` holds the two together.

diesel::table! {

    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {

    users (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        password_hash -> Nullable<Text>,
        status -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {

    contractors (id) {
        id -> BigInt,
        name -> Text,
        folded_name -> Text,
        status -> Text,
        contact_name -> Text,
        email -> Text,
        phone -> Text,
        second_name -> Text,
        second_email -> Text,
        origin -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {

    accesses (id) {
        id -> BigInt,
        user_id -> BigInt,
        access -> Text,
        contractor_id -> Nullable<BigInt>,
        status -> Text,
        granted_at -> Timestamp,
    }
}

diesel::table! {

    signins (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_hash -> Text,
        started_at -> Timestamp,
        seen_at -> Timestamp,
    }
}

diesel::table! {

    searches (key) {
        key -> Text,
        signin_id -> BigInt,
        term -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {

    submissions (key) {
        key -> Text,
        user_id -> BigInt,
        made_at -> Timestamp,
        led_to -> Nullable<Text>,
    }
}

diesel::table! {

    password_links (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_hash -> Text,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {

    signin_limits (bucket) {
        bucket -> Text,
        failures -> Integer,
        last_at -> Timestamp,
    }
}

diesel::table! {

    trail_head (id) {
        id -> Integer,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {

    trail (seq) {
        seq -> BigInt,
        at -> Timestamp,
        actor -> BigInt,
        act -> Text,
        subject_kind -> Text,
        subject_id -> BigInt,
        person_id -> Nullable<BigInt>,
        old_value -> Nullable<Text>,
        new_value -> Nullable<Text>,
        reason -> Nullable<Text>,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {

    person_keys (person_id) {
        person_id -> BigInt,
        sealed -> Text,
    }
}

diesel::table! {

    jobs (name) {
        name -> Text,
        about -> Text,
        next_run_at -> Nullable<Timestamp>,
        seen_at -> Timestamp,
    }
}

diesel::table! {

    job_runs (id) {
        id -> BigInt,
        job -> Text,
        due_at -> Timestamp,
        on_day -> Date,
        state -> Text,
        attempt -> Integer,
        lease_until -> Timestamp,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        done -> BigInt,
        failed -> BigInt,
        detail -> Text,
    }
}

diesel::table! {

    job_requests (id) {
        id -> BigInt,
        job -> Text,
        requested_by -> BigInt,
        requested_at -> Timestamp,
        taken_at -> Nullable<Timestamp>,
    }
}

diesel::table! {

    outbox (id) {
        id -> BigInt,
        letter -> Text,
        state -> Text,
        to_email -> Text,
        cc_email -> Text,
        contractor_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        params -> Text,
        subject -> Nullable<Text>,
        body_text -> Nullable<Text>,
        body_html -> Nullable<Text>,
        created_at -> Timestamp,
        next_attempt_at -> Timestamp,
        lease_key -> Nullable<Text>,
        attempts -> Integer,
        sent_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {

    tasks (id) {
        id -> BigInt,
        kind -> Text,
        dedup_key -> Text,
        subject_kind -> Text,
        subject_id -> BigInt,
        detail -> Text,
        due_on -> Date,
        state -> Text,
        opened_at -> Timestamp,
        assigned_to -> Nullable<BigInt>,
        closed_by -> Nullable<BigInt>,
        closed_at -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {

    policies (id) {
        id -> BigInt,
        number -> Integer,
        title -> Text,
        effective_from -> Date,
        published_by -> BigInt,
        published_at -> Timestamp,
        digest -> Text,
    }
}

diesel::table! {

    policy_roles (policy_id, code) {
        policy_id -> BigInt,
        code -> Text,
        title -> Text,
        basis -> Text,
        source -> Text,
        badge_months -> Nullable<Integer>,
    }
}

diesel::table! {

    requirements (policy_id, role, code) {
        policy_id -> BigInt,
        role -> Text,
        code -> Text,
        kind -> Text,
        title -> Text,
        position -> Integer,
        validity_months -> Nullable<Integer>,
        strength -> Text,
        grace_days -> Nullable<Integer>,
        lead_days -> Text,
        waivable -> Bool,
        caps_badge -> Bool,
        params -> Text,
        source -> Text,
    }
}

diesel::table! {

    authorities (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        folded_name -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        delegates_to -> Text,
        delegated_from -> Nullable<Date>,
    }
}

diesel::table! {

    people (id) {
        id -> BigInt,
        reference -> Text,
        forename -> Text,
        surname -> Text,
        sort_name -> Text,
        date_of_birth -> Nullable<Date>,
        email -> Text,
        phone -> Text,
        origin -> Text,
        registered_on -> Date,
        import_digest -> Text,
        merged_into -> Nullable<BigInt>,
        erased_on -> Nullable<Date>,
    }
}

diesel::table! {

    person_names (id) {
        id -> BigInt,
        person_id -> BigInt,
        kind -> Text,
        forename -> Text,
        surname -> Text,
        recorded_on -> Date,
    }
}

diesel::table! {

    person_terms (term, person_id) {
        person_id -> BigInt,
        term -> Text,
        is_current -> Bool,
    }
}

diesel::table! {

    engagements (id) {
        id -> BigInt,
        person_id -> BigInt,
        contractor_id -> BigInt,
        role -> Text,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        origin -> Text,
        recorded_on -> Date,
    }
}

diesel::table! {

    evidence (id) {
        id -> BigInt,
        person_id -> BigInt,
        kind -> Text,
        code -> Text,
        valid_from -> Nullable<Date>,
        expires_on -> Nullable<Date>,
        reference -> Text,
        facts -> Text,
        original -> Nullable<Bool>,
        seen_by -> Text,
        seen_on -> Nullable<Date>,
        origin -> Text,
        recorded_by -> BigInt,
        recorded_on -> Date,
        superseded_by -> Nullable<BigInt>,
        retired_on -> Nullable<Date>,
        reason -> Text,
    }
}

diesel::table! {

    dbs_certificates (id) {
        id -> BigInt,
        person_id -> BigInt,
        number -> Text,
        level -> Text,
        workforce -> Text,
        barred_lists -> Text,
        issued_on -> Date,
        forename -> Text,
        surname -> Text,
        has_trace -> Bool,
        original_seen_by -> Text,
        original_seen_on -> Nullable<Date>,
        source -> Text,
        origin -> Text,
        recorded_by -> BigInt,
        recorded_on -> Date,
        retired_on -> Nullable<Date>,
        reason -> Text,
    }
}

diesel::table! {

    status_check_consents (id) {
        id -> BigInt,
        person_id -> BigInt,
        given_on -> Date,
        withdrawn_on -> Nullable<Date>,
        text_version -> Text,
        evidence -> Text,
        recorded_by -> BigInt,
        recorded_on -> Date,
    }
}

diesel::table! {

    update_subscriptions (id) {
        id -> BigInt,
        person_id -> BigInt,
        certificate_id -> BigInt,
        joined_on -> Date,
        renewal_due -> Nullable<Date>,
        ended_on -> Nullable<Date>,
        origin -> Text,
        recorded_by -> BigInt,
        recorded_on -> Date,
        volunteer -> Bool,
        lost -> Bool,
    }
}

diesel::table! {

    status_checks (id) {
        id -> BigInt,
        person_id -> BigInt,
        certificate_id -> BigInt,
        checked_on -> Date,
        result -> Text,
        checker -> Text,
        origin -> Text,
        recorded_by -> BigInt,
        recorded_on -> Date,
    }
}

diesel::table! {

    licences (id) {
        id -> BigInt,
        person_id -> BigInt,
        authority_id -> BigInt,
        licence_type -> Text,
        number -> Text,
        valid_from -> Nullable<Date>,
        expires_on -> Date,
        ended_on -> Nullable<Date>,
        origin -> Text,
        recorded_by -> BigInt,
        recorded_on -> Date,
        retired_on -> Nullable<Date>,
        reason -> Text,
    }
}

diesel::table! {

    approvals (id) {
        id -> BigInt,
        person_id -> BigInt,
        role -> Text,
        approved_on -> Date,
        policy_number -> Nullable<Integer>,
        conditions -> Text,
        conditions_until -> Nullable<Date>,
        ended_on -> Nullable<Date>,
        origin -> Text,
        approved_by -> BigInt,
        recorded_on -> Date,
        reason -> Text,
    }
}

diesel::table! {

    decisions (id) {
        id -> BigInt,
        person_id -> BigInt,
        certificate_id -> Nullable<BigInt>,
        outcome -> Text,
        decided_on -> Date,
        origin -> Text,
        decided_by -> BigInt,
        recorded_on -> Date,
        reason -> Text,
    }
}

diesel::table! {

    holds (id) {
        id -> BigInt,
        person_id -> BigInt,
        code -> Text,
        starts_on -> Date,
        until -> Nullable<Date>,
        reason -> Text,
        placed_by -> BigInt,
        placed_at -> Timestamp,
        lifted_on -> Nullable<Date>,
        lifted_by -> Nullable<BigInt>,
        lift_reason -> Nullable<Text>,
    }
}

diesel::table! {

    waivers (id) {
        id -> BigInt,
        person_id -> BigInt,
        role -> Text,
        requirement -> Text,
        starts_on -> Date,
        ends_on -> Date,
        conditions -> Text,
        reason -> Text,
        origin -> Text,
        granted_by -> BigInt,
        recorded_on -> Date,
        withdrawn_on -> Nullable<Date>,
        withdrawn_reason -> Nullable<Text>,
    }
}

diesel::table! {

    badges (id) {
        id -> BigInt,
        number -> Text,
        person_id -> BigInt,
        contractor_id -> BigInt,
        role -> Text,
        issued_on -> Date,
        expires_on -> Date,
        state -> Text,
        origin -> Text,
        opaque -> Nullable<Text>,
        photo_id -> Nullable<BigInt>,
        issued_by -> Nullable<BigInt>,
        state_since -> Nullable<Date>,
        state_reason -> Text,
        replaces -> Nullable<BigInt>,
        returned_on -> Nullable<Date>,
    }
}

diesel::table! {

    clearances (person_id, role) {
        person_id -> BigInt,
        role -> Text,
        status -> Text,
        valid_until -> Nullable<Date>,
        next_change_on -> Nullable<Date>,
        as_of -> Date,
        policy_number -> Integer,
        sort_name -> Text,
        authority_id -> Nullable<BigInt>,
    }
}

diesel::table! {

    clearance_items (person_id, role, requirement) {
        person_id -> BigInt,
        role -> Text,
        requirement -> Text,
        kind -> Text,
        state -> Text,
        due_on -> Nullable<Date>,
        stops_on -> Nullable<Date>,
        lead -> Nullable<Integer>,
        note -> Text,
        evidence_id -> Nullable<BigInt>,
    }
}

diesel::table! {

    reminders (id) {
        id -> BigInt,
        person_id -> BigInt,
        requirement -> Text,
        due_on -> Date,
        lead -> Integer,
        contractor_id -> BigInt,
        owed_on -> Date,
        outbox_id -> Nullable<BigInt>,
    }
}

diesel::table! {

    imports (id) {
        id -> BigInt,
        file_name -> Text,
        header -> Text,
        state -> Text,
        dry_run -> Bool,
        started_by -> BigInt,
        started_at -> Timestamp,
        seen_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        rows_total -> BigInt,
        rows_seen -> BigInt,
        taken -> BigInt,
        unchanged -> BigInt,
        warned -> BigInt,
        rejected -> BigInt,
        detail -> Text,
    }
}

diesel::table! {

    import_files (key_hash) {
        key_hash -> Text,
        user_id -> BigInt,
        name -> Text,
        dry_run -> Bool,
        sealed -> Text,
        kept_at -> Timestamp,
    }
}

diesel::table! {

    import_problems (id) {
        id -> BigInt,
        import_id -> BigInt,
        line -> BigInt,
        severity -> Text,
        column_name -> Text,
        message -> Text,
        row_text -> Text,
    }
}

diesel::table! {

    applications (id) {
        id -> BigInt,
        reference -> Text,
        kind -> Text,
        person_id -> Nullable<BigInt>,
        contractor_id -> Nullable<BigInt>,
        authority_id -> Nullable<BigInt>,
        role -> Text,
        state -> Text,
        state_since -> Date,
        sort_name -> Text,
        answers -> Text,
        started_by -> BigInt,
        started_on -> Date,
        submitted_on -> Nullable<Date>,
        owner -> Nullable<BigInt>,
        certificate_id -> Nullable<BigInt>,
        has_trace -> Bool,
        interviewed_on -> Nullable<Date>,
        outcome -> Nullable<Text>,
        decided_on -> Nullable<Date>,
        appealed_on -> Nullable<Date>,
        appeal_outcome -> Nullable<Text>,
        returned_reason -> Text,
        chased_on -> Nullable<Date>,
        origin -> Text,
        edited_on -> Nullable<Date>,
    }
}

diesel::table! {

    own_links (id) {
        id -> BigInt,
        application_id -> BigInt,
        token_hash -> Text,
        sent_to -> Text,
        sent_at -> Timestamp,
        expires_at -> Timestamp,
        opened_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {

    dbs_requests (id) {
        id -> BigInt,
        application_id -> BigInt,
        reference -> Text,
        level -> Text,
        workforce -> Text,
        basis -> Text,
        sent_on -> Date,
        stage -> Integer,
        stage_on -> Date,
        trouble -> Text,
        recorded_by -> BigInt,
        joined_on -> Nullable<Date>,
        received_on -> Nullable<Date>,
    }
}

diesel::table! {

    interviews (id) {
        id -> BigInt,
        application_id -> BigInt,
        starts_at -> Timestamp,
        minutes -> Integer,
        place -> Text,
        state -> Text,
        moves -> Integer,
        arranged_by -> BigInt,
        held_on -> Nullable<Date>,
    }
}

diesel::table! {

    interview_panel (interview_id, user_id) {
        interview_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {

    vault_keys (application_id) {
        application_id -> BigInt,
        sealed_key -> Text,
    }
}

diesel::table! {

    vault_notes (id) {
        id -> BigInt,
        application_id -> BigInt,
        kind -> Text,
        sealed -> Text,
        written_by -> BigInt,
        written_at -> Timestamp,
    }
}

diesel::table! {

    vault_readings (id) {
        id -> BigInt,
        application_id -> BigInt,
        person_id -> Nullable<BigInt>,
        read_by -> BigInt,
        read_at -> Timestamp,
        what -> Text,
        reason -> Text,
        is_outside -> Bool,
    }
}

diesel::table! {

    fuses (application_id) {
        application_id -> BigInt,
        lit_on -> Date,
        burns_on -> Date,
        state -> Text,
        delays -> Integer,
        delay_reason -> Text,
        reviewed_by -> Nullable<BigInt>,
        destroyed_at -> Nullable<Timestamp>,
        proof -> Text,
    }
}

diesel::table! {

    criteria_versions (number) {
        number -> Integer,
        title -> Text,
        effective_from -> Date,
        published_by -> BigInt,
        published_at -> Timestamp,
        digest -> Text,
        rules -> Text,
    }
}

diesel::table! {

    criteria (version, code) {
        version -> Integer,
        code -> Text,
        kind -> Text,
        title -> Text,
        months -> Nullable<Integer>,
        is_never -> Bool,
        guidance -> Text,
        position -> Integer,
        source -> Text,
    }
}

diesel::table! {

    assessments (id) {
        id -> BigInt,
        application_id -> BigInt,
        criteria_version -> Integer,
        note_id -> Nullable<BigInt>,
        assessed_by -> BigInt,
        assessed_on -> Date,
    }
}

diesel::table! {

    findings (assessment_id, code) {
        assessment_id -> BigInt,
        code -> Text,
        finding -> Text,
    }
}

diesel::table! {

    proposals (id) {
        id -> BigInt,
        application_id -> BigInt,
        person_id -> BigInt,
        outcome -> Text,
        criteria_version -> Integer,
        policy_number -> Integer,
        has_trace -> Bool,
        conditions -> Text,
        conditions_until -> Nullable<Date>,
        note_id -> Nullable<BigInt>,
        state -> Text,
        proposed_by -> BigInt,
        proposed_at -> Timestamp,
        seconded_by -> Nullable<BigInt>,
        seconded_at -> Nullable<Timestamp>,
        sent_back_reason -> Text,
        decision_id -> Nullable<BigInt>,
        approval_id -> Nullable<BigInt>,
        decided_on -> Nullable<Date>,
        appeal_by -> Nullable<Date>,
    }
}

diesel::table! {

    appeals (id) {
        id -> BigInt,
        application_id -> BigInt,
        proposal_id -> BigInt,
        person_id -> BigInt,
        lodged_on -> Date,
        is_late -> Bool,
        late_reason -> Text,
        state -> Text,
        acknowledge_by -> Date,
        acknowledged_on -> Nullable<Date>,
        hear_by -> Date,
        hearing_at -> Nullable<Timestamp>,
        place -> Text,
        decide_by -> Nullable<Date>,
        outcome -> Nullable<Text>,
        note_id -> Nullable<BigInt>,
        decision_id -> Nullable<BigInt>,
        approval_id -> Nullable<BigInt>,
        decided_on -> Nullable<Date>,
        decided_by -> Nullable<BigInt>,
        appellant_attended -> Nullable<Bool>,
        absent_why -> Text,
    }
}

diesel::table! {

    appeal_panel (appeal_id, user_id) {
        appeal_id -> BigInt,
        user_id -> BigInt,
        is_chair -> Bool,
        attended -> Nullable<Bool>,
    }
}

diesel::table! {

    check_declarations (id) {
        id -> BigInt,
        user_id -> BigInt,
        forename -> Text,
        surname -> Text,
        text_version -> Text,
        accepted_at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {

    check_watches (subscription_id) {
        subscription_id -> BigInt,
        person_id -> BigInt,
        next_check_on -> Nullable<Date>,
        tried_at -> Nullable<Timestamp>,
        failures -> Integer,
        strikes -> Integer,
        struck_on -> Nullable<Date>,
        verified_on -> Nullable<Date>,
        grace_until -> Nullable<Date>,
    }
}

diesel::table! {

    check_circuits (id) {
        id -> BigInt,
        opened_at -> Timestamp,
        cause -> Text,
        asked -> BigInt,
        failed -> BigInt,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {

    join_reminders (certificate_id, day) {
        certificate_id -> BigInt,
        day -> Integer,
        told_on -> Date,
    }
}

diesel::table! {

    leavings (id) {
        id -> BigInt,
        person_id -> BigInt,
        left_on -> Date,
        cause -> Text,
        reason -> Text,
        recorded_by -> BigInt,
        recorded_on -> Date,
        undone_on -> Nullable<Date>,
    }
}

diesel::table! {

    erasures (id) {
        id -> BigInt,
        person_id -> BigInt,
        ground -> Text,
        state -> Text,
        reason -> Text,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        settled_by -> Nullable<BigInt>,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {

    courses (id) {
        id -> BigInt,
        code -> Text,
        title -> Text,
        provider -> Text,
        accredited -> Bool,
        mode -> Text,
        requirement -> Text,
        joining -> Text,
        no_show_pence -> Integer,
        state -> Text,
    }
}

diesel::table! {

    training_sessions (id) {
        id -> BigInt,
        course_id -> BigInt,
        held_on -> Date,
        starts_at -> Timestamp,
        minutes -> Integer,
        venue -> Text,
        address -> Text,
        trainer -> Text,
        capacity -> Integer,
        taken -> Integer,
        state -> Text,
        reason -> Text,
        moves -> Integer,
        arranged_by -> BigInt,
    }
}

diesel::table! {

    bookings (id) {
        id -> BigInt,
        session_id -> BigInt,
        person_id -> BigInt,
        contractor_id -> Nullable<BigInt>,
        state -> Text,
        booked_by -> BigInt,
        booked_at -> Timestamp,
        promoted_at -> Nullable<Timestamp>,
        reminded_on -> Nullable<Date>,
        marked_by -> Nullable<BigInt>,
        marked_on -> Nullable<Date>,
        reason -> Text,
        evidence_id -> Nullable<BigInt>,
    }
}

diesel::table! {

    course_invitations (session_id, person_id) {
        session_id -> BigInt,
        person_id -> BigInt,
        invited_on -> Date,
    }
}

diesel::table! {

    bulletins (id) {
        id -> BigInt,
        mandatory -> Bool,
        state -> Text,
        roles -> Text,
        contractors -> Text,
        written_by -> BigInt,
        written_on -> Date,
        published_on -> Nullable<Date>,
        read_by -> Nullable<Date>,
        reason -> Text,
    }
}

diesel::table! {

    bulletin_texts (bulletin_id, language) {
        bulletin_id -> BigInt,
        language -> Text,
        title -> Text,
        body -> Text,
        questions -> Text,
        made_from -> Text,
    }
}

diesel::table! {

    bulletin_readers (id) {
        id -> BigInt,
        bulletin_id -> BigInt,
        person_id -> BigInt,
        turn -> Integer,
        due_on -> Date,
        expires_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        opened_at -> Nullable<Timestamp>,
        language -> Text,
        tries -> Integer,
        acknowledged_at -> Nullable<Timestamp>,
        chased_on -> Nullable<Date>,
    }
}

diesel::table! {

    photos (id) {
        id -> BigInt,
        person_id -> BigInt,
        jpeg -> Text,
        digest -> Text,
        uploaded_by -> BigInt,
        uploaded_on -> Date,
        retired_on -> Nullable<Date>,
        looked_by -> Nullable<BigInt>,
    }
}

diesel::table! {

    badge_requests (id) {
        id -> BigInt,
        person_id -> BigInt,
        contractor_id -> BigInt,
        role -> Text,
        cause -> Text,
        state -> Text,
        asked_by -> BigInt,
        asked_on -> Date,
        badge_id -> Nullable<BigInt>,
        reason -> Text,
    }
}

diesel::table! {

    badge_batches (id) {
        id -> BigInt,
        asked_by -> BigInt,
        asked_at -> Timestamp,
        total -> Integer,
        issued -> Integer,
        refused -> Integer,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {

    badge_batch_rows (batch_id, request_id) {
        batch_id -> BigInt,
        request_id -> BigInt,
        badge_id -> Nullable<BigInt>,
        problem -> Text,
    }
}

diesel::table! {

    badge_prints (id) {
        id -> BigInt,
        badge_id -> BigInt,
        layout -> Text,
        printed_by -> BigInt,
        printed_at -> Timestamp,
    }
}

diesel::table! {

    signing_keys (id) {
        id -> BigInt,
        public_key -> Text,
        sealed_secret -> Text,
        made_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {

    badge_concerns (id) {
        id -> BigInt,
        badge_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        typed -> Text,
        words -> Text,
        name -> Text,
        contact -> Text,
        received_at -> Timestamp,
        state -> Text,
        seen_by -> Nullable<BigInt>,
        note -> Text,
    }
}

diesel::table! {

    badge_numbers (id) {
        id -> BigInt,
        next -> BigInt,
    }
}

diesel::joinable!(leavings -> people (person_id));
diesel::joinable!(erasures -> people (person_id));
diesel::joinable!(accesses -> users (user_id));
diesel::joinable!(accesses -> contractors (contractor_id));
diesel::joinable!(signins -> users (user_id));
diesel::joinable!(searches -> signins (signin_id));
diesel::joinable!(submissions -> users (user_id));
diesel::joinable!(password_links -> users (user_id));
diesel::joinable!(job_requests -> users (requested_by));
diesel::joinable!(outbox -> contractors (contractor_id));
diesel::joinable!(outbox -> users (user_id));
diesel::joinable!(policies -> users (published_by));
diesel::joinable!(policy_roles -> policies (policy_id));
diesel::joinable!(requirements -> policies (policy_id));
diesel::joinable!(person_names -> people (person_id));
diesel::joinable!(person_terms -> people (person_id));
diesel::joinable!(engagements -> people (person_id));
diesel::joinable!(engagements -> contractors (contractor_id));
diesel::joinable!(evidence -> people (person_id));
diesel::joinable!(evidence -> users (recorded_by));
diesel::joinable!(dbs_certificates -> people (person_id));
diesel::joinable!(dbs_certificates -> users (recorded_by));
diesel::joinable!(status_check_consents -> people (person_id));
diesel::joinable!(status_check_consents -> users (recorded_by));
diesel::joinable!(update_subscriptions -> people (person_id));
diesel::joinable!(update_subscriptions -> dbs_certificates (certificate_id));
diesel::joinable!(update_subscriptions -> users (recorded_by));
diesel::joinable!(status_checks -> people (person_id));
diesel::joinable!(status_checks -> dbs_certificates (certificate_id));
diesel::joinable!(status_checks -> users (recorded_by));
diesel::joinable!(licences -> people (person_id));
diesel::joinable!(licences -> authorities (authority_id));
diesel::joinable!(licences -> users (recorded_by));
diesel::joinable!(approvals -> people (person_id));
diesel::joinable!(approvals -> users (approved_by));
diesel::joinable!(decisions -> people (person_id));
diesel::joinable!(decisions -> dbs_certificates (certificate_id));
diesel::joinable!(decisions -> users (decided_by));
diesel::joinable!(holds -> people (person_id));
diesel::joinable!(waivers -> people (person_id));
diesel::joinable!(waivers -> users (granted_by));
diesel::joinable!(badges -> people (person_id));
diesel::joinable!(badges -> contractors (contractor_id));
diesel::joinable!(clearances -> people (person_id));
diesel::joinable!(clearance_items -> people (person_id));
diesel::joinable!(reminders -> people (person_id));
diesel::joinable!(reminders -> contractors (contractor_id));
diesel::joinable!(reminders -> outbox (outbox_id));
diesel::joinable!(imports -> users (started_by));
diesel::joinable!(import_files -> users (user_id));
diesel::joinable!(import_problems -> imports (import_id));
diesel::joinable!(applications -> people (person_id));
diesel::joinable!(applications -> contractors (contractor_id));
diesel::joinable!(applications -> authorities (authority_id));
diesel::joinable!(applications -> dbs_certificates (certificate_id));
diesel::joinable!(own_links -> applications (application_id));
diesel::joinable!(dbs_requests -> applications (application_id));
diesel::joinable!(dbs_requests -> users (recorded_by));
diesel::joinable!(interviews -> applications (application_id));
diesel::joinable!(interviews -> users (arranged_by));
diesel::joinable!(interview_panel -> interviews (interview_id));
diesel::joinable!(interview_panel -> users (user_id));
diesel::joinable!(vault_keys -> applications (application_id));
diesel::joinable!(vault_notes -> applications (application_id));
diesel::joinable!(vault_notes -> users (written_by));
diesel::joinable!(vault_readings -> applications (application_id));
diesel::joinable!(vault_readings -> people (person_id));
diesel::joinable!(vault_readings -> users (read_by));
diesel::joinable!(fuses -> applications (application_id));
diesel::joinable!(fuses -> users (reviewed_by));
diesel::joinable!(criteria_versions -> users (published_by));
diesel::joinable!(criteria -> criteria_versions (version));
diesel::joinable!(assessments -> applications (application_id));
diesel::joinable!(assessments -> criteria_versions (criteria_version));
diesel::joinable!(assessments -> users (assessed_by));
diesel::joinable!(findings -> assessments (assessment_id));
diesel::joinable!(proposals -> applications (application_id));
diesel::joinable!(proposals -> people (person_id));
diesel::joinable!(proposals -> criteria_versions (criteria_version));
diesel::joinable!(proposals -> decisions (decision_id));
diesel::joinable!(proposals -> approvals (approval_id));
diesel::joinable!(appeals -> applications (application_id));
diesel::joinable!(appeals -> proposals (proposal_id));
diesel::joinable!(appeals -> people (person_id));
diesel::joinable!(appeals -> decisions (decision_id));
diesel::joinable!(appeals -> approvals (approval_id));
diesel::joinable!(appeals -> users (decided_by));
diesel::joinable!(appeal_panel -> appeals (appeal_id));
diesel::joinable!(appeal_panel -> users (user_id));
diesel::joinable!(check_declarations -> users (user_id));
diesel::joinable!(check_watches -> people (person_id));
diesel::joinable!(check_watches -> update_subscriptions (subscription_id));
diesel::joinable!(join_reminders -> dbs_certificates (certificate_id));
diesel::joinable!(training_sessions -> courses (course_id));
diesel::joinable!(training_sessions -> users (arranged_by));
diesel::joinable!(bookings -> training_sessions (session_id));
diesel::joinable!(bookings -> people (person_id));
diesel::joinable!(bookings -> contractors (contractor_id));
diesel::joinable!(bookings -> evidence (evidence_id));
diesel::joinable!(course_invitations -> training_sessions (session_id));
diesel::joinable!(course_invitations -> people (person_id));
diesel::joinable!(bulletins -> users (written_by));
diesel::joinable!(bulletin_texts -> bulletins (bulletin_id));
diesel::joinable!(bulletin_readers -> bulletins (bulletin_id));
diesel::joinable!(bulletin_readers -> people (person_id));
diesel::joinable!(photos -> people (person_id));
diesel::joinable!(photos -> users (uploaded_by));
diesel::joinable!(badge_requests -> people (person_id));
diesel::joinable!(badge_requests -> contractors (contractor_id));
diesel::joinable!(badge_requests -> users (asked_by));
diesel::joinable!(badge_requests -> badges (badge_id));
diesel::joinable!(badge_batches -> users (asked_by));
diesel::joinable!(badge_batch_rows -> badge_batches (batch_id));
diesel::joinable!(badge_batch_rows -> badge_requests (request_id));
diesel::joinable!(badge_batch_rows -> badges (badge_id));
diesel::joinable!(badge_prints -> badges (badge_id));
diesel::joinable!(badge_prints -> users (printed_by));
diesel::joinable!(badge_concerns -> badges (badge_id));
diesel::joinable!(badge_concerns -> people (person_id));
diesel::joinable!(badge_concerns -> users (seen_by));

diesel::allow_tables_to_appear_in_same_query!(
    settings,
    users,
    contractors,
    accesses,
    signins,
    searches,
    submissions,
    password_links,
    signin_limits,
    trail_head,
    trail,
    person_keys,
    jobs,
    job_runs,
    job_requests,
    outbox,
    tasks,
    policies,
    policy_roles,
    requirements,
    authorities,
    people,
    person_names,
    person_terms,
    engagements,
    evidence,
    dbs_certificates,
    status_check_consents,
    update_subscriptions,
    status_checks,
    licences,
    approvals,
    decisions,
    holds,
    waivers,
    badges,
    clearances,
    clearance_items,
    reminders,
    imports,
    import_files,
    import_problems,
    applications,
    own_links,
    dbs_requests,
    interviews,
    interview_panel,
    vault_keys,
    vault_notes,
    vault_readings,
    fuses,
    criteria_versions,
    criteria,
    assessments,
    findings,
    proposals,
    appeals,
    appeal_panel,
    check_declarations,
    check_watches,
    check_circuits,
    join_reminders,
    leavings,
    erasures,
    courses,
    training_sessions,
    bookings,
    course_invitations,
    bulletins,
    bulletin_texts,
    bulletin_readers,
    photos,
    badge_requests,
    badge_batches,
    badge_batch_rows,
    badge_prints,
    signing_keys,
    badge_concerns,
    badge_numbers,
);
