//! Every statement of Doorstep, by name, in one list: the only way to make a [`Statement`].
//!
//! One text for SQLite and PostgreSQL. The portable subset: TEXT, BIGINT, BOOLEAN, `$1`, ON CONFLICT,
//! RETURNING, `string_agg`; compare-and-set in place of row locks. A test prepares each on both engines.

mod list;
#[macro_use]
mod pieces;

pub use list::Statement;
use list::statements;

statements! {
    schema_version {
        SCHEMA_NEWEST = "SELECT version, binary_version, (SELECT MAX(usable_from) FROM schema_version) \
            FROM schema_version ORDER BY version DESC LIMIT 1";
        SCHEMA_RECORD = "INSERT INTO schema_version (version, applied_at, binary_version, usable_from) \
            VALUES ($1, $2, $3, $4)";
        SCHEMA_DEMAND = "UPDATE schema_version SET usable_from = version WHERE version = $1";
    }
    users {
        USER_INSERT = "INSERT INTO users (id, name, user_handle, display_name, email, email_verified, disabled_at, \
            created_at, updated_at, email_key, given_name, family_name) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        USER_BY_ID = concat!("SELECT ", user!(), " FROM users u WHERE u.id = $1");
        USER_BY_NAME = concat!("SELECT ", user!(), " FROM users u WHERE u.name = $1");
        USER_BY_EMAIL = concat!("SELECT ", user!(), " FROM users u WHERE u.email_key = $1");
        USER_LOCK = "UPDATE users SET name = name WHERE id = $1";
        USER_LOCK_ACTIVE = "UPDATE users SET name = name WHERE id = $1 AND disabled_at IS NULL";
        USER_BY_HANDLE = concat!("SELECT ", user!(), " FROM users u WHERE u.user_handle = $1");
        USER_ANY = "SELECT 1 FROM users LIMIT 1";
        USER_NAMES = "SELECT name FROM users ORDER BY name";
        USER_PRINCIPAL = concat!("SELECT ", principal!(), " FROM users u WHERE u.id = $1");
        USER_PEOPLE = concat!("SELECT ", principal!(), ", (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id), \
            (SELECT MAX(s.last_seen_at) FROM sessions s WHERE s.user_id = u.id) \
            FROM users u WHERE u.name > $1 ORDER BY u.name LIMIT $2");
        USER_HANDLE = "SELECT user_handle FROM users WHERE id = $1";
        USER_UPDATE_PROFILE = "UPDATE users SET display_name = $2, email = $3, email_verified = $4, updated_at = $5, \
            email_key = $6, name = $7, given_name = $8, family_name = $9 WHERE id = $1";
        USER_NAME = "SELECT name FROM users WHERE id = $1";
        USER_DELETE = "DELETE FROM users WHERE id = $1";
        USER_SET_DISABLED = "UPDATE users SET disabled_at = $2, updated_at = $3 WHERE id = $1";
        USER_SET_PASSWORD = "UPDATE users SET password = $2, password_changed_at = $3 WHERE id = $1";
        USER_PASSWORD = "SELECT password FROM users WHERE id = $1 AND password IS NOT NULL";
    }
    former_identifiers {
        FORMER_PUT = "INSERT INTO former_identifiers (kind, identifier, user_id, freed_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (kind, identifier) DO UPDATE SET user_id = excluded.user_id, freed_at = excluded.freed_at";
        FORMER_GET = "SELECT user_id, freed_at FROM former_identifiers WHERE kind = $1 AND identifier = $2";
        FORMER_COUNT = "SELECT count(*) FROM former_identifiers WHERE kind = $1";
        FORMER_DELETE = "DELETE FROM former_identifiers WHERE kind = $1 AND identifier = $2";
    }
    user_groups {
        GROUP_ENSURE = "INSERT INTO user_groups (name, created_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        GROUP_LIST = "SELECT g.name, (SELECT count(*) FROM memberships m WHERE m.group_name = g.name) \
            FROM user_groups g ORDER BY g.name";
    }
    memberships {
        MEMBER_ADD = "INSERT INTO memberships (user_id, group_name, source) VALUES ($1, $2, $3) \
            ON CONFLICT (user_id, group_name) DO UPDATE SET source = excluded.source \
            WHERE excluded.source = 'config' AND memberships.source <> 'config'";
        MEMBER_REMOVE = "DELETE FROM memberships WHERE user_id = $1 AND group_name = $2";
        MEMBER_CONFIGURED = "SELECT u.name, m.group_name FROM memberships m JOIN users u ON u.id = m.user_id \
            WHERE m.source = 'config' ORDER BY u.name, m.group_name";
        MEMBER_ACTIVE = "SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id \
            WHERE m.group_name = $1 AND u.disabled_at IS NULL LIMIT 1";
        MEMBER_NAMES = "SELECT u.name FROM memberships m JOIN users u ON u.id = m.user_id \
            WHERE m.group_name = $1 AND u.disabled_at IS NULL ORDER BY u.name";
    }
    bindings {
        BINDING_BEGIN = "INSERT INTO bindings (provider, app_name, begun_at) VALUES ($1, $2, $3) \
            ON CONFLICT (provider, app_name) DO UPDATE SET \
            remote_id = NULL, sealed_secret = NULL, begun_at = excluded.begun_at";
        BINDING_PUT = "INSERT INTO bindings (provider, app_name, remote_id, sealed_secret, begun_at) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (provider, app_name) DO UPDATE SET \
            remote_id = excluded.remote_id, sealed_secret = COALESCE(excluded.sealed_secret, bindings.sealed_secret)";
        BINDING_DELETE = "DELETE FROM bindings WHERE provider = $1 AND app_name = $2";
        BINDING_SEALED = "SELECT provider, app_name, sealed_secret FROM bindings WHERE sealed_secret IS NOT NULL \
            ORDER BY provider, app_name";
        BINDING_RESEAL = "UPDATE bindings SET sealed_secret = $4 WHERE provider = $1 AND app_name = $2 \
            AND sealed_secret = $3";
        BINDING_ALL = "SELECT app_name, remote_id, sealed_secret FROM bindings WHERE provider = $1 ORDER BY app_name";
    }
    deliveries {
        DELIVERY_PUT = "INSERT INTO deliveries (place, app_name, content_hash, delivered_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (place) DO UPDATE SET app_name = excluded.app_name, content_hash = excluded.content_hash, \
            delivered_at = excluded.delivered_at";
        DELIVERY_DELETE = "DELETE FROM deliveries WHERE place = $1";
        DELIVERY_ALL = "SELECT place, app_name, content_hash FROM deliveries ORDER BY place";
    }
    passkeys {
        PASSKEY_INSERT = concat!("INSERT INTO passkeys (", passkey!(), ") \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (credential_id) DO NOTHING");
        PASSKEY_BY_CREDENTIAL = concat!("SELECT ", passkey!(), " FROM passkeys WHERE credential_id = $1");
        PASSKEY_OF_USER = concat!("SELECT ", passkey!(), " FROM passkeys WHERE user_id = $1 ORDER BY created_at, id");
        PASSKEY_RECORD_USE = "UPDATE passkeys SET sign_count = $3, backed_up = $4, credential = $5, last_used_at = $6 \
            WHERE id = $1 AND sign_count = $2";
        PASSKEY_RENAME = "UPDATE passkeys SET name = $3 WHERE id = $1 AND user_id = $2";
        PASSKEY_DELETE = "DELETE FROM passkeys WHERE id = $1 AND user_id = $2";
        PASSKEY_DELETE_OTHERS = "DELETE FROM passkeys WHERE user_id = $1 AND id <> $2 RETURNING id";
    }
    challenges {
        CHALLENGE_INSERT = "INSERT INTO challenges (id, purpose, browser_hash, state, expires_at) \
            VALUES ($1, $2, $3, $4, $5)";
        CHALLENGE_TAKE = "DELETE FROM challenges WHERE id = $1 RETURNING id, purpose, browser_hash, state, expires_at";
        CHALLENGE_SWEEP = sweep!("challenges", "id", "expires_at");
    }
    links {
        LINK_INSERT = concat!("INSERT INTO links (", link!(), ", hash) VALUES ($1, $2, $3, $4, $5, $6)");
        LINK_PEEK = concat!("SELECT ", link!(), " FROM links WHERE hash = $1");
        LINK_CONSUME = concat!("UPDATE links SET consumed_at = $2 \
            WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2 RETURNING ", link!());
        LINK_VOID_OF_USER = "UPDATE links SET consumed_at = $2 WHERE user_id = $1 AND consumed_at IS NULL";
        LINK_VOID_PURPOSE = "UPDATE links SET consumed_at = $2 WHERE purpose = $1 AND consumed_at IS NULL";
        LINK_SWEEP = sweep!("links", "hash", "expires_at");
    }
    sessions {
        SESSION_INSERT = "INSERT INTO sessions (hash, id, user_id, auth_time, amr, created_at, last_seen_at, \
            expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        SESSION_BY_HASH = concat!("SELECT ", session!(), " FROM sessions s WHERE s.hash = $1");
        SESSION_LOCK = "UPDATE sessions SET auth_time = auth_time WHERE id = $1";
        SESSION_BY_ID = concat!("SELECT ", session!(), " FROM sessions s WHERE s.id = $1");
        SESSION_WITH_PRINCIPAL = concat!("SELECT ", session!(), ", ", principal!(),
            " FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = $1");
        SESSION_TOUCH_SOME = concat!("WITH used (id, at) AS (VALUES ",
            used!(1, 2), ", ", used!(3, 4), ", ", used!(5, 6), ", ", used!(7, 8), ", ",
            used!(9, 10), ", ", used!(11, 12), ", ", used!(13, 14), ", ", used!(15, 16), ", ",
            used!(17, 18), ", ", used!(19, 20), ", ", used!(21, 22), ", ", used!(23, 24), ", ",
            used!(25, 26), ", ", used!(27, 28), ", ", used!(29, 30), ", ", used!(31, 32),
            ") \
            UPDATE sessions SET last_seen_at = used.at FROM used \
            WHERE sessions.id = used.id AND sessions.last_seen_at < used.at");
        SESSION_PAGE_OF_USER = concat!("SELECT ", session!(), " FROM sessions s WHERE s.user_id = $1 \
            AND (s.created_at, s.id) > ($2, $3) ORDER BY s.created_at, s.id LIMIT $4");
        SESSION_DELETE = "DELETE FROM sessions WHERE id = $1";
        SESSION_OF_USER = concat!("SELECT ", session!(), " FROM sessions s WHERE s.user_id = $1 \
            ORDER BY s.created_at, s.id");
        SESSION_DELETE_OF_USER = "DELETE FROM sessions WHERE user_id = $1 RETURNING id";
        SESSION_DELETE_OTHERS = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2 RETURNING id";
        SESSION_SWEEP = sweep!("sessions", "id", "expires_at");
    }
    app_sessions {
        APP_SESSION_INSERT = "INSERT INTO app_sessions (hash, session_id, user_id, app_name, host, expires_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (hash) DO NOTHING";
        APP_SESSION_WITH_PRINCIPAL = concat!("SELECT ", app_session!(), ", ", session!(), ", ", principal!(),
            " FROM app_sessions a JOIN sessions s ON s.id = a.session_id JOIN users u ON u.id = a.user_id \
            WHERE a.hash = $1");
        APP_SESSION_DELETE = "DELETE FROM app_sessions WHERE hash = $1";
        APP_SESSION_APPS_OF_USER = "SELECT DISTINCT app_name FROM app_sessions WHERE user_id = $1 ORDER BY app_name";
        APP_SESSION_DELETE_OF_APP = "DELETE FROM app_sessions WHERE app_name = $1";
        APP_SESSION_SWEEP = sweep!("app_sessions", "hash", "expires_at");
    }
    relay_codes {
        RELAY_INSERT = "INSERT INTO relay_codes (hash, session_id, user_id, app_name, host, browser_hash, return_path, \
            expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        RELAY_CONSUME = "UPDATE relay_codes SET consumed_at = $2 \
            WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2 \
            RETURNING session_id, user_id, app_name, host, browser_hash, return_path, expires_at";
        RELAY_LOOK = "SELECT session_id, user_id, app_name, host, browser_hash, return_path, expires_at \
            FROM relay_codes WHERE hash = $1";
        RELAY_SWEEP = sweep!("relay_codes", "hash", "expires_at");
    }
    interactions {
        INTERACTION_INSERT = "INSERT INTO interactions (id, client_id, browser_hash, params, created_at, signed_in_at, \
            consented, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        INTERACTION_GET = "SELECT id, client_id, browser_hash, params, created_at, signed_in_at, consented, expires_at \
            FROM interactions WHERE id = $1 AND expires_at > $2";
        INTERACTION_OF_BROWSER = "SELECT id FROM interactions WHERE browser_hash = $1 LIMIT 1";
        INTERACTION_SET_CONSENTED = "UPDATE interactions SET consented = TRUE WHERE id = $1";
        INTERACTION_DELETE = "DELETE FROM interactions WHERE id = $1";
        INTERACTION_KEEP_NEWEST = "DELETE FROM interactions WHERE browser_hash = $1 AND id NOT IN \
            (SELECT id FROM interactions WHERE browser_hash = $1 ORDER BY created_at DESC, id DESC LIMIT $2)";
        INTERACTION_SWEEP = sweep!("interactions", "id", "expires_at");
    }
    clients {
        CLIENT_HOLD = "UPDATE clients SET id = id WHERE id = $1 RETURNING readable_from, document";
        CLIENT_PUT = "INSERT INTO clients (id, name, app, owner, enabled, secret_version, secret_hash, iss_parameter, \
            readable_from, document, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, app = excluded.app, owner = excluded.owner, \
            enabled = excluded.enabled, secret_version = excluded.secret_version, \
            secret_hash = excluded.secret_hash, iss_parameter = excluded.iss_parameter, \
            readable_from = excluded.readable_from, document = excluded.document, updated_at = excluded.updated_at";
        CLIENT_BY_ID = clients!("SELECT * FROM clients WHERE id = $1");
        CLIENT_OF_APP = clients!("SELECT * FROM clients WHERE app = $1 ORDER BY id");
        CLIENT_PAGE = clients!("SELECT * FROM clients WHERE id > $1 ORDER BY id LIMIT $2");
        CLIENT_PAGE_DECLARED = clients!("SELECT * FROM clients WHERE app IS NOT NULL AND owner = 'config' AND id > $1 \
            ORDER BY id LIMIT $2");
        CLIENT_WITHOUT_ISS = "SELECT 1 FROM clients WHERE iss_parameter = FALSE AND enabled LIMIT 1";
        CLIENT_SET_SECRET = "UPDATE clients SET secret_version = $2, updated_at = $3 WHERE id = $1";
        CLIENT_DELETE = "DELETE FROM clients WHERE id = $1";
    }
    client_redirect_uris {
        CLIENT_CLEAR_URIS = "DELETE FROM client_redirect_uris WHERE client_id = $1";
        CLIENT_INSERT_URI = "INSERT INTO client_redirect_uris (client_id, kind, position, uri) VALUES ($1, $2, $3, $4)";
        CLIENT_ORIGIN = "SELECT 1 FROM client_redirect_uris WHERE uri = $1 AND kind = 'origin' LIMIT 1";
    }
    client_secret_versions {
        CLIENT_RAISE_SECRET = "INSERT INTO client_secret_versions (client_id, newest) VALUES ($1, $2) ON CONFLICT \
            (client_id) DO UPDATE SET newest = excluded.newest WHERE excluded.newest > client_secret_versions.newest";
        CLIENT_NEWEST_SECRET = "SELECT newest FROM client_secret_versions WHERE client_id = $1";
    }
    client_secret_keys {
        CLIENT_NOTE_KEY = "INSERT INTO client_secret_keys (client_id, version, generation) VALUES ($1, $2, $3) \
            ON CONFLICT (client_id, version) DO NOTHING";
    }
    app_secret_keys {
        APP_SECRET_KEYS = "SELECT app_name, generation FROM app_secret_keys";
        APP_SECRET_PIN = "INSERT INTO app_secret_keys (app_name, generation) VALUES ($1, $2) \
            ON CONFLICT (app_name) DO NOTHING";
        APP_SECRET_PIN_ALL = "INSERT INTO app_secret_keys (app_name, generation) \
            SELECT known.name, CAST($1 AS BIGINT) FROM (SELECT name FROM apps UNION \
            SELECT app AS name FROM clients WHERE app IS NOT NULL UNION \
            SELECT client_id AS name FROM client_secret_versions UNION \
            SELECT app_name AS name FROM deliveries) known WHERE TRUE ON CONFLICT (app_name) DO NOTHING";
    }
    root_keys {
        ROOT_KEY_ALL = "SELECT generation, key_id, offered_at, in_force_at, resealed_at, finished_at FROM root_keys \
            ORDER BY generation";
        ROOT_KEY_FIRST = "INSERT INTO root_keys (generation, key_id, offered_at, in_force_at, resealed_at, finished_at) \
            VALUES (1, $1, $2, $2, $2, $2) ON CONFLICT DO NOTHING";
        ROOT_KEY_OFFER = "INSERT INTO root_keys (generation, key_id, offered_at) SELECT MAX(generation) + 1, \
            CAST($1 AS TEXT), CAST($2 AS BIGINT) FROM root_keys \
            HAVING SUM(CASE WHEN finished_at IS NULL THEN 1 ELSE 0 END) = 0 ON CONFLICT DO NOTHING";
        ROOT_KEY_TAKE_BACK = "DELETE FROM root_keys WHERE key_id = $1 AND in_force_at IS NULL";
        ROOT_KEY_BRING_IN = "UPDATE root_keys SET in_force_at = $2 WHERE key_id = $1 AND in_force_at IS NULL";
        ROOT_KEY_RESEALED = "UPDATE root_keys SET resealed_at = $2 WHERE key_id = $1 AND in_force_at IS NOT NULL \
            AND resealed_at IS NULL";
        ROOT_KEY_FINISH = "UPDATE root_keys SET finished_at = $2 WHERE key_id = $1 AND resealed_at IS NOT NULL \
            AND finished_at IS NULL";
    }
    root_key_servers {
        KEY_SERVER_ALL = "SELECT server, holds, beat FROM root_key_servers WHERE generation = $1";
        KEY_SERVER_TELL = "INSERT INTO root_key_servers (server, generation, holds, beat) VALUES ($1, $2, $3, 1) \
            ON CONFLICT (server) DO UPDATE SET generation = excluded.generation, holds = excluded.holds, \
            beat = root_key_servers.beat + 1";
        KEY_SERVER_CLEAR = "DELETE FROM root_key_servers";
    }
    client_rotations {
        ROTATION_PUT = "INSERT INTO client_rotations (client_id, old_version, new_version, taken_back, issued_at, \
            ends_at, overlap, delivered_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT \
            (client_id) DO UPDATE SET old_version = excluded.old_version, new_version = excluded.new_version, \
            taken_back = excluded.taken_back, issued_at = excluded.issued_at, ends_at = excluded.ends_at, overlap = \
            excluded.overlap, delivered_at = excluded.delivered_at, used_at = excluded.used_at, ended_at = NULL";
        ROTATION_TERMS = "UPDATE client_rotations SET ends_at = $4, overlap = $5 WHERE client_id = $1 \
            AND new_version = $2 AND issued_at = $3 AND ended_at IS NULL";
        ROTATION_DELIVERED = rotation_step!("delivered_at");
        ROTATION_USED = rotation_step!("used_at");
        ROTATION_END = rotation_step!("ended_at");
        ROTATION_UNDER_WAY = concat!("SELECT r.client_id, c.app, ", rotation!(), " FROM client_rotations r \
            JOIN clients c ON c.id = r.client_id AND (c.secret_version = r.old_version \
            OR c.secret_version = r.new_version) WHERE r.ended_at IS NULL ORDER BY r.client_id");
        ROTATION_LAST = concat!("SELECT r.ended_at, ", rotation!(), " FROM client_rotations r WHERE r.client_id = $1");
    }
    apps {
        APP_HOLD = "UPDATE apps SET name = name WHERE name = $1 RETURNING readable_from, document";
        APP_PUT = "INSERT INTO apps (name, title, url, host, client_id, protected, owner, readable_from, document, \
            updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
            ON CONFLICT (name) DO UPDATE SET title = excluded.title, url = excluded.url, host = excluded.host, \
            client_id = excluded.client_id, protected = excluded.protected, owner = excluded.owner, \
            readable_from = excluded.readable_from, document = excluded.document, updated_at = excluded.updated_at";
        APP_BY_NAME = concat!("SELECT ", app!(), " FROM apps a WHERE a.name = $1");
        APP_PAGE = concat!("SELECT ", app!(), " FROM apps a WHERE a.name > $1 ORDER BY a.name LIMIT $2");
        APP_DECLARED = concat!("SELECT ", app!(), " FROM apps a WHERE a.owner = 'config' AND a.name > $1 \
            ORDER BY a.name LIMIT $2");
        APP_PROTECTED = concat!("SELECT ", app!(), " FROM apps a WHERE a.protected = TRUE AND a.name > $1 \
            ORDER BY a.name LIMIT $2");
        APP_BESIDE_PROTECTED = concat!("SELECT ", app!(), " FROM apps a WHERE a.protected = FALSE \
            AND a.host IN (SELECT p.host FROM apps p WHERE p.protected = TRUE AND p.host IS NOT NULL)");
        APP_DELETE = "DELETE FROM apps WHERE name = $1";
    }
    app_icons {
        ICON_PUT = "INSERT INTO app_icons (app, made_from, name, kind, content) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (app) DO UPDATE SET made_from = $2, name = $3, kind = $4, content = $5";
        ICON_DELETE_OTHERS = "DELETE FROM app_icons WHERE app = $1 AND made_from <> $2";
        ICON_HELD = "SELECT app, made_from, name, kind FROM app_icons ORDER BY app";
        ICON_GET = "SELECT kind, content FROM app_icons WHERE name = $1 LIMIT 1";
    }
    jobs {
        JOB_INSERT = "INSERT INTO jobs (id, kind, payload, run_at, attempts, created_at) VALUES ($1, $2, $3, $4, 0, $5) \
            ON CONFLICT (id) DO NOTHING";
        JOB_DUE = "SELECT id FROM jobs WHERE dead_at IS NULL AND kind = $1 AND run_at <= $2 \
            AND (lease IS NULL OR lease <= $2) ORDER BY run_at, id LIMIT 1";
        JOB_CLAIM = concat!("UPDATE jobs SET lease = $3, attempts = attempts + 1 WHERE id = (SELECT j.id FROM jobs j \
            WHERE j.dead_at IS NULL AND j.kind = $1 AND j.run_at <= $2 AND (j.lease IS NULL OR j.lease <= $2) \
            ORDER BY j.run_at, j.id LIMIT 1) AND dead_at IS NULL AND run_at <= $2 \
            AND (lease IS NULL OR lease <= $2) RETURNING ", job!());
        JOB_ERROR = "SELECT last_error FROM jobs WHERE id = $1";
        JOB_DONE = "DELETE FROM jobs WHERE id = $1 AND attempts = $2 AND lease = $3";
        JOB_RETRY = "UPDATE jobs SET lease = NULL, run_at = $4, last_error = $5 \
            WHERE id = $1 AND attempts = $2 AND lease = $3";
        JOB_BURY = "UPDATE jobs SET lease = NULL, dead_at = $4, last_error = $5 \
            WHERE id = $1 AND attempts = $2 AND lease = $3";
        JOB_HAND_BACK = "UPDATE jobs SET lease = NULL, attempts = attempts - 1 \
            WHERE id = $1 AND attempts = $2 AND lease = $3";
        JOB_REVIVE = "UPDATE jobs SET dead_at = NULL, run_at = $2, attempts = 0 WHERE id = $1 AND dead_at IS NOT NULL";
        JOB_BACKLOG = "SELECT kind, count(*), CAST(SUM(CASE WHEN dead_at IS NULL THEN 0 ELSE 1 END) AS BIGINT), \
            MIN(CASE WHEN dead_at IS NULL THEN created_at END) FROM jobs GROUP BY kind ORDER BY kind";
        JOB_DEAD = concat!("SELECT ", job!(), " FROM jobs WHERE dead_at IS NOT NULL AND id > $1 ORDER BY id LIMIT $2");
    }
    consents {
        CONSENT_GET = concat!("SELECT ", consent!(), " FROM consents WHERE user_id = $1 AND client_id = $2");
        CONSENT_PUT = "INSERT INTO consents (user_id, client_id, scopes, granted_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (user_id, client_id) DO UPDATE SET scopes = excluded.scopes, granted_at = excluded.granted_at";
        CONSENT_DELETE = "DELETE FROM consents WHERE user_id = $1 AND client_id = $2";
        CONSENT_OF_USER = concat!("SELECT ", consent!(), " FROM consents WHERE user_id = $1 ORDER BY client_id");
    }
    grants {
        GRANT_INSERT = "INSERT INTO grants (id, subject, user_id, client_id, session_id, scopes, nonce, auth_time, amr, \
            offline, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        GRANT_BY_ID = concat!("SELECT ", grant!(), " FROM grants g WHERE g.id = $1");
        GRANT_WITH_PRINCIPAL = concat!("SELECT ", grant!(), ", ", principal!(),
            ", ", session_alive!(), " FROM grants g LEFT JOIN users u ON u.id = g.user_id WHERE g.id = $1");
        GRANT_REVOKE = "UPDATE grants SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
        GRANT_REVOKE_OF_SESSION = "UPDATE grants SET revoked_at = $2 \
            WHERE session_id = $1 AND offline = FALSE AND revoked_at IS NULL";
        GRANT_REVOKE_OF_USER_CLIENT = "UPDATE grants SET revoked_at = $3 \
            WHERE user_id = $1 AND client_id = $2 AND revoked_at IS NULL";
        GRANT_REVOKE_OF_USER = "UPDATE grants SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL";
        GRANT_REVOKE_OTHERS = "UPDATE grants SET revoked_at = $3 \
            WHERE user_id = $1 AND session_id <> $2 AND revoked_at IS NULL";
        GRANT_REVOKE_OF_CLIENT = "UPDATE grants SET revoked_at = $2 WHERE client_id = $1 AND revoked_at IS NULL";
        GRANT_CLIENTS_EVER_OF_USER = "SELECT DISTINCT client_id FROM (SELECT client_id FROM grants WHERE user_id = $1 \
            UNION SELECT client_id FROM consents WHERE user_id = $1) page ORDER BY client_id";
        GRANT_CLIENTS_OF_USER = "SELECT client_id, MIN(created_at), \
            CAST(MAX(CASE WHEN offline THEN 1 ELSE 0 END) AS BIGINT) \
            FROM grants WHERE user_id = $1 AND revoked_at IS NULL GROUP BY client_id ORDER BY client_id";
        GRANT_SWEEP = "DELETE FROM grants WHERE id IN (SELECT g.id FROM grants g WHERE g.created_at <= $1 \
            AND NOT EXISTS (SELECT 1 FROM authorization_codes c WHERE c.grant_id = g.id) \
            AND NOT EXISTS (SELECT 1 FROM access_tokens t WHERE t.grant_id = g.id) \
            AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.grant_id = g.id) LIMIT $2)";
    }
    authorization_codes {
        CODE_INSERT = concat!("INSERT INTO authorization_codes (", code!(), ", hash) VALUES ($1, $2, $3, $4, $5, $6)");
        CODE_CONSUME = concat!("UPDATE authorization_codes SET consumed_at = $2 \
            WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2 RETURNING ", code!());
        CODE_GET = concat!("SELECT ", code!(), " FROM authorization_codes WHERE hash = $1");
        CODE_DELETE_OF_USER = "DELETE FROM authorization_codes WHERE grant_id IN \
            (SELECT g.id FROM grants g WHERE g.user_id = $1)";
        CODE_DELETE_OF_CLIENT = "DELETE FROM authorization_codes WHERE grant_id IN \
            (SELECT g.id FROM grants g WHERE g.client_id = $1)";
        CODE_SWEEP = sweep!("authorization_codes", "hash", "expires_at");
    }
    access_tokens {
        ACCESS_INSERT = "INSERT INTO access_tokens (hash, grant_id, scopes, created_at, expires_at) \
            VALUES ($1, $2, $3, $4, $5)";
        ACCESS_WITH_PRINCIPAL = concat!("SELECT t.grant_id, t.scopes, t.created_at, t.expires_at, ", grant!(), ", ",
            principal!(), ", ", session_alive!(), " FROM access_tokens t JOIN grants g ON g.id = t.grant_id \
            LEFT JOIN users u ON u.id = g.user_id \
            WHERE t.hash = $1");
        ACCESS_DELETE = "DELETE FROM access_tokens WHERE hash = $1";
        ACCESS_SWEEP = sweep!("access_tokens", "hash", "expires_at");
    }
    refresh_tokens {
        REFRESH_INSERT = concat!("INSERT INTO refresh_tokens (", refresh!(), ", hash) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)");
        REFRESH_CONSUME = concat!("UPDATE refresh_tokens SET consumed_at = $2, successor_salt = $3 \
            WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2 RETURNING ", refresh!());
        REFRESH_GET = concat!("SELECT ", refresh!(), " FROM refresh_tokens WHERE hash = $1");
        REFRESH_DELETE_OF_USER = "DELETE FROM refresh_tokens WHERE grant_id IN \
            (SELECT g.id FROM grants g WHERE g.user_id = $1)";
        REFRESH_DELETE_OF_CLIENT = "DELETE FROM refresh_tokens WHERE grant_id IN \
            (SELECT g.id FROM grants g WHERE g.client_id = $1)";
        REFRESH_SWEEP = sweep!("refresh_tokens", "hash", "expires_at");
    }
    signing_keys {
        KEY_INSERT = "INSERT INTO signing_keys (id, alg, sealed, created_at, retired_at) VALUES ($1, $2, $3, $4, $5)";
        KEY_RESEAL = "UPDATE signing_keys SET sealed = $3 WHERE id = $1 AND sealed = $2";
        KEY_ALL = "SELECT id, alg, sealed, created_at, retired_at FROM signing_keys ORDER BY created_at, id";
    }
    audit_events {
        AUDIT_INSERT = "INSERT INTO audit_events (id, happened_at, kind, actor_kind, actor_id, subject_kind, subject_id, \
            client, ip, request_id, detail, actor_name, subject_name) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        AUDIT_PAGE = "SELECT id, happened_at, kind, actor_kind, actor_id, subject_kind, subject_id, client, ip, request_id, \
            detail, actor_name, subject_name FROM audit_events WHERE id < $1 ORDER BY id DESC LIMIT $2";
        AUDIT_SWEEP = sweep!("audit_events", "id", "happened_at");
    }
    refusals {
        REFUSAL_INSERT = "INSERT INTO refusals (reference, report, expires_at) VALUES ($1, $2, $3) \
            ON CONFLICT (reference) DO UPDATE SET report = excluded.report, expires_at = excluded.expires_at";
        REFUSAL_GET = "SELECT report FROM refusals WHERE reference = $1";
        REFUSAL_COUNT = "SELECT count(*) FROM refusals";
        REFUSAL_KEEP_NEWEST = "DELETE FROM refusals WHERE reference IN \
            (SELECT reference FROM refusals ORDER BY expires_at DESC, reference DESC LIMIT $2 OFFSET $1)";
        REFUSAL_SWEEP = sweep!("refusals", "reference", "expires_at");
    }
    instance {
        INSTANCE_GET = "SELECT value FROM instance WHERE name = $1";
        INSTANCE_SET = "INSERT INTO instance (name, value) VALUES ($1, $2) \
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        INSTANCE_PEOPLE = "SELECT count(*) FROM users";
        INSTANCE_PASSKEYS = "SELECT count(*) FROM passkeys";
        INSTANCE_CLIENTS = "SELECT count(*) FROM clients";
    }
    manifest {
        MANIFEST_GET = "SELECT digest, server, applied_at, by_hand, disturbed FROM manifest WHERE name = 'manifest'";
        MANIFEST_CONTENT = "SELECT places, members FROM manifest WHERE name = 'manifest'";
        MANIFEST_PUT = "INSERT INTO manifest (name, digest, server, applied_at, by_hand, disturbed, places, \
            members) VALUES ('manifest', $1, $2, $3, $4, 0, $5, $6) ON CONFLICT (name) DO UPDATE SET \
            digest = $1, server = $2, applied_at = $3, by_hand = $4, places = $5, members = $6";
        MANIFEST_DISTURB = "UPDATE manifest SET disturbed = disturbed + 1 WHERE name = 'manifest' AND digest <> $1";
    }
    manifest_servers {
        SERVER_GET = "SELECT digest, applied FROM manifest_servers WHERE server = $1";
        SERVER_DECLARING = "SELECT server, beat FROM manifest_servers WHERE digest = $1 AND server <> $2 \
            ORDER BY server LIMIT 200";
        SERVER_PUT = "INSERT INTO manifest_servers (server, digest, applied, beat, seen_at) VALUES ($1, $2, $3, 1, $4) \
            ON CONFLICT (server) DO UPDATE SET digest = excluded.digest, applied = excluded.applied, \
            beat = manifest_servers.beat + 1, seen_at = excluded.seen_at";
        SERVER_BEATS = "SELECT server, beat FROM manifest_servers";
        SERVER_BEAT = "UPDATE manifest_servers SET beat = beat + 1, seen_at = $2 WHERE server = $1";
        SERVER_SWEEP = sweep!("manifest_servers", "server", "seen_at");
    }
    manifest_digests {
        DIGEST_KNOWN = "SELECT 1 FROM manifest_digests WHERE digest = $1";
        DIGEST_PUT = "INSERT INTO manifest_digests (digest, applied_at) VALUES ($1, $2) \
            ON CONFLICT (digest) DO UPDATE SET applied_at = excluded.applied_at";
        DIGEST_SWEEP = sweep!("manifest_digests", "digest", "applied_at");
    }
    generations {
        GENERATION_BUMP = "INSERT INTO generations (name, value) VALUES ($1, 1) \
            ON CONFLICT (name) DO UPDATE SET value = generations.value + 1 RETURNING value";
        GENERATION_GET = "SELECT value FROM generations WHERE name = $1";
        GENERATION_PAIR = "SELECT name, value FROM generations WHERE name IN ($1, $2)";
    }
    revocations {
        REVOCATION_INSERT = "INSERT INTO revocations (seq, kind, subject, recorded_at) VALUES ($1, $2, $3, $4)";
        REVOCATION_FROM = "SELECT seq, kind, subject, recorded_at FROM revocations WHERE seq >= $1 ORDER BY seq";
        REVOCATION_NEWEST = "SELECT seq, kind, subject, recorded_at FROM revocations ORDER BY seq DESC LIMIT 1";
        REVOCATION_SWEEP = "DELETE FROM revocations WHERE seq IN (SELECT r.seq FROM revocations r \
            WHERE r.recorded_at <= $1 AND r.seq < (SELECT MAX(n.seq) FROM revocations n) LIMIT $2)";
    }
    rate_limits {
        LIMIT_HIT = "INSERT INTO rate_limits (name, hits, expires_at) VALUES ($1, 1, $3) \
            ON CONFLICT (name) DO UPDATE SET \
            hits = CASE WHEN rate_limits.expires_at <= $2 THEN 1 ELSE rate_limits.hits + 1 END, \
            expires_at = CASE WHEN rate_limits.expires_at <= $2 THEN excluded.expires_at \
            ELSE rate_limits.expires_at END RETURNING hits";
        LIMIT_GIVE_BACK = "UPDATE rate_limits SET hits = hits - 1 WHERE name = $1 AND hits > 0 AND expires_at > $2";
        LIMIT_CLEAR = "DELETE FROM rate_limits WHERE name = $1";
        LIMIT_SWEEP = sweep!("rate_limits", "name", "expires_at");
    }
}
