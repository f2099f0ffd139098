//! What several statements have in common, as text that the list puts together when it is compiled.

// Column lists, each read back by one function of the table's file. The order is theirs.
macro_rules! user {
    () => {
        "u.id, u.name, u.display_name, u.given_name, u.family_name, u.email, u.email_verified, u.disabled_at, \
         u.created_at, u.updated_at, u.ends_at, u.language"
    };
}
macro_rules! enrolled {
    () => {
        "u.name, (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id AND NOT EXISTS \
         (SELECT 1 FROM given_up_hosts h WHERE h.rp_id = p.rp_id)), u.password IS NOT NULL, \
         EXISTS (SELECT 1 FROM totp_keys t WHERE t.user_id = u.id)"
    };
}
macro_rules! principal {
    () => {
        concat!(
            user!(),
            ", (SELECT string_agg(m.group_name || COALESCE('@' || CAST(m.ends_at AS TEXT), ''), ',') \
             FROM memberships m WHERE m.user_id = u.id)"
        )
    };
}
macro_rules! session {
    () => {
        "s.id, s.user_id, s.auth_time, s.amr, s.created_at, s.last_seen_at, s.expires_at"
    };
}
macro_rules! app_session {
    () => {
        "a.session_id, a.user_id, a.app_name, a.host, a.expires_at"
    };
}
macro_rules! consent {
    () => {
        "user_id, client_id, scopes, granted_at"
    };
}
macro_rules! grant {
    () => {
        "g.id, g.subject, g.user_id, g.client_id, g.session_id, g.scopes, g.nonce, g.auth_time, g.amr, g.offline, \
         g.created_at, g.revoked_at"
    };
}
macro_rules! passkey {
    () => {
        "id, user_id, credential_id, credential, name, aaguid, backup_eligible, backed_up, sign_count, created_at, \
         last_used_at, rp_id"
    };
}
macro_rules! totp_key {
    () => {
        "id, user_id, name, created_at, last_used_at"
    };
}
macro_rules! program_token {
    () => {
        "t.id, t.user_id, t.label, t.read_only, t.created_at, t.expires_at, t.last_used_at, \
         (SELECT string_agg(x.app_name, ',') FROM program_token_apps x WHERE x.token_id = t.id)"
    };
}
macro_rules! access_request {
    () => {
        "r.user_id, r.app_name, r.reason, r.asked_at, r.refused_at, r.expires_at"
    };
}
macro_rules! identity {
    () => {
        "id, user_id, upstream, issuer, subject, shown, linked_at, last_used_at"
    };
}
macro_rules! invite {
    () => {
        "id, label, group_names, app_name, email, places, used, made_by, made_at, expires_at, ended_at, \
         account_days"
    };
}
macro_rules! audit_line {
    () => {
        "id, happened_at, kind, actor_kind, actor_id, subject_kind, subject_id, client, ip, request_id, detail, \
         actor_name, subject_name"
    };
}
macro_rules! link {
    () => {
        "purpose, user_id, group_names, expires_at, consumed_at"
    };
}
macro_rules! code {
    () => {
        "grant_id, redirect_uri, code_challenge, expires_at, consumed_at"
    };
}
macro_rules! device_request {
    () => {
        "id, client_id, scopes, ip, agent, created_at, expires_at, answered_at, user_id, session_id, auth_time, amr, \
         polled_at, pause, used_at"
    };
}
macro_rules! refresh {
    () => {
        "grant_id, scopes, created_at, expires_at, consumed_at, successor_salt"
    };
}
macro_rules! clients {
    ($which:literal) => {
        concat!(
            "SELECT page.id, page.name, page.app, page.owner, page.enabled, page.secret_version, page.secret_hash, \
             page.iss_parameter, page.readable_from, page.document, u.kind, u.uri, ",
            rotation!(),
            ", (SELECT string_agg(CAST(k.version AS TEXT) || ':' || CAST(k.generation AS TEXT), ',') \
             FROM client_secret_keys k WHERE k.client_id = page.id AND (k.version = page.secret_version \
             OR k.version = r.old_version OR k.version = r.new_version)) FROM (",
            $which,
            ") page LEFT JOIN client_rotations r ON r.client_id = page.id AND r.ended_at IS NULL \
             AND (page.secret_version = r.old_version OR page.secret_version = r.new_version) \
             LEFT JOIN client_redirect_uris u ON u.client_id = page.id AND u.kind <> 'origin' \
             ORDER BY page.id, u.kind, u.position"
        )
    };
}
macro_rules! rotation {
    () => {
        "r.old_version, r.new_version, r.taken_back, r.issued_at, r.ends_at, r.overlap, r.delivered_at, r.used_at"
    };
}
macro_rules! rotation_step {
    ($column:literal) => {
        concat!(
            "UPDATE client_rotations SET ",
            $column,
            " = $4 WHERE client_id = $1 AND new_version = $2 AND issued_at = $3 AND ended_at IS NULL AND ",
            $column,
            " IS NULL"
        )
    };
}
macro_rules! app {
    () => {
        "a.name, a.title, a.url, a.client_id, a.protected, a.owner, a.readable_from, a.document"
    };
}
// Whether the session of a grant `g` is alive: `Alive` of the core as $2 and $3.
macro_rules! session_alive {
    () => {
        "EXISTS (SELECT 1 FROM sessions s WHERE s.id = g.session_id AND s.expires_at > $2 AND s.last_seen_at > $3)"
    };
}
macro_rules! used {
    ($id:literal, $at:literal) => {
        concat!("(CAST($", $id, " AS TEXT), CAST($", $at, " AS BIGINT))")
    };
}
macro_rules! job {
    () => {
        "id, kind, payload, run_at, lease, attempts, last_error, created_at, dead_at"
    };
}
macro_rules! sweep {
    ($table:literal, $key:literal, $time:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE ",
            $key,
            " IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE ",
            $time,
            " <= $1 LIMIT $2)"
        )
    };
}
macro_rules! address_proof {
    () => {
        "user_id, email, asked_at, expires_at"
    };
}
macro_rules! mail_recovery {
    () => {
        "id, user_id, email, asked_at, due_at, sent_at, expires_at"
    };
}
macro_rules! registration {
    () => {
        "id, email, person, reason, asked_at, waits_since, expires_at"
    };
}
