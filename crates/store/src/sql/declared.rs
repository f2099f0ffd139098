//! Statements about apps and clients, and the files that declare them.

use super::list::{Statement, statements};

statements! {
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
        APP_BELOW_WILDCARD = concat!("SELECT ", app!(), " FROM apps a WHERE a.protected = FALSE \
            AND EXISTS (SELECT 1 FROM apps p WHERE p.protected = TRUE AND p.host LIKE '*.%' \
                AND a.host LIKE '%' || substr(p.host, 2))");
        APP_DELETE = "DELETE FROM apps WHERE name = $1";
    }
    app_icons {
        ICON_PUT = "INSERT INTO app_icons (app, made_from, name, kind, content) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (app) DO UPDATE SET made_from = $2, name = $3, kind = $4, content = $5";
        ICON_DELETE_OTHERS = "DELETE FROM app_icons WHERE app = $1 AND made_from <> $2";
        ICON_HELD = "SELECT app, made_from, name, kind FROM app_icons ORDER BY app";
        ICON_GET = "SELECT kind, content FROM app_icons WHERE name = $1 LIMIT 1";
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
}
