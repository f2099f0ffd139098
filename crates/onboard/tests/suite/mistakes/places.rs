//! Mistakes about places: where credentials go, and addresses that two apps or Doorstep itself have.

use super::Row;

pub(super) const TABLE: &[Row] = &[
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = '/srv/g.env' }",
        "apps.grafana.deliver",
        "what kind of place",
        "`file:/srv/g.env`",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = 'fil:/srv/g.env' }",
        "apps.grafana.deliver",
        "`fil:`",
        "did you mean `file:`?",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = 'file:g.env' }",
        "apps.grafana.deliver",
        "not the whole path",
        "/srv/app/app.env",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = 'file:/srv/../g.env' }",
        "apps.grafana.deliver",
        "not the whole path",
        "",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = 'file:/srv/grafana/' }",
        "apps.grafana.deliver",
        "`/srv/grafana/` is not the whole path of a file",
        "",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = \"file:/srv/g\\u0007.env\" }",
        "apps.grafana.deliver",
        "is not the whole path of a file",
        "",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = 's3:bucket/g' }",
        "apps.grafana.deliver",
        "does not deliver by `s3:`",
        "deliver to a file: `file:/srv/app/app.env`; there are also `kubernetes:`, `sops:`",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = ['kubernetse:m/g'] }",
        "apps.grafana.deliver.0",
        "does not deliver by",
        "did you mean `kubernetes:`?",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = ['file:/a.env', 'file:/a.env'] }",
        "apps.grafana.deliver",
        "twice",
        "",
    ),
    (
        "apps.immich = { url = 'https://g.example.org', deliver = 'file:/srv/immich.env' }",
        "apps.immich.deliver",
        ".json",
        "/srv/immich.json",
    ),
    (
        "apps.glances = { url = 'https://g.example.org', deliver = 'file:/srv/g.env' }",
        "apps.glances.deliver",
        "no credentials",
        "remove",
    ),
    (
        "apps.glances.url = 'https://g.example.org'\napps.grafana.url = 'https://g.example.org/'",
        "apps.grafana.url",
        "grafana and glances both claim https://g.example.org",
        "",
    ),
    (
        "apps.glances.url = 'https://g.example.org'\napps.b = { url = 'https://g.example.org/b', forward_auth = true }",
        "apps.b.url",
        "b and glances both claim the host g.example.org",
        "host of its own",
    ),
    (
        "apps.glances.url = 'https://g.example.org'\napps.b = { url = 'https://g.example.org:8443', forward_auth = true }",
        "apps.b.url",
        "b and glances both claim the host g.example.org",
        "every port",
    ),
    (
        "apps.grafana.url = 'https://g.example.org:3000'\napps.glances.url = 'https://g.example.org'",
        "apps.glances.url",
        "glances and grafana both claim the host g.example.org",
        "every port",
    ),
    ("apps.glances.url = 'https://auth.example.org:8443'", "apps.glances.url", "host of Doorstep itself", "every port"),
    ("apps.grafana.url = 'https://auth.example.org:3000'", "apps.grafana.url", "host of Doorstep itself", "every port"),
    (
        "apps.wiki = { url = 'https://g.example.org', callbacks = ['/ok', 'https://auth.example.org:3000/cb'] }",
        "apps.wiki.callbacks.1",
        "host of Doorstep itself",
        "every port",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = 'file:/a.env' }\napps.forgejo = { url = 'https://f.example.org', deliver = 'file:/a.env' }",
        "apps.forgejo.deliver",
        "forgejo and grafana both deliver to file /a.env",
        "",
    ),
];

/// (place, whether its kind has been set up, a part of what is said, a part of how to mend it); for Grafana, which reads
/// variables.
pub(super) const PLACES: &[(&str, &str, &str, &str)] = &[
    ("kubernetes:monitoring/g", "", "[sinks.kubernetes] is missing", "add [sinks.kubernetes]"),
    ("kubernetes:g", "kubernetes", "does not name a Secret", "kubernetes:NAMESPACE/NAME"),
    (
        "kubernetes:Monitoring/g",
        "kubernetes",
        "`Monitoring` cannot be the name of a namespace",
        "monitoring/grafana-oidc",
    ),
    ("kubernetes:m.n/g", "kubernetes", "name of a namespace", ""),
    ("kubernetes:m/g_oidc", "kubernetes", "`g_oidc` cannot be the name of a Secret", ""),
    ("kubernetes:m/g/h", "kubernetes", "name of a Secret", ""),
    ("kubernetes:m/-g", "kubernetes", "name of a Secret", ""),
    ("kubernetes:m/g..h", "kubernetes", "name of a Secret", ""),
    ("sops:/srv/g.env", "", "[sinks.sops] is missing", "age_recipients = [\"age1…\"]"),
    ("sops:g.env", "sops", "not the whole path", "sops:/srv/app/app.env"),
    ("sops:/srv/g", "sops", "tells the form of a file by its name", "name it /srv/g.env, .yaml or .json"),
    ("sops:/srv/g.toml", "sops", "tells the form of a file by its name", "name it /srv/g.env"),
    ("age:/srv/g.env.age", "", "[sinks.age] is missing", "recipients = [\"age1…\"]"),
    ("age:g.env.age", "age", "not the whole path", "age:/srv/app/app.env.age"),
    ("age:/srv/g.env", "age", "is called .age", "name it /srv/g.env.age"),
    ("age:/srv/g.json.age", "age", ".env file", "name it /srv/g.env.age"),
    ("vault:kv/g", "", "[sinks.vault] is missing", "address = \"https://vault.example.org\""),
    ("vault:kv", "vault", "does not name a secret", "vault:kv/apps/grafana"),
    ("vault:kv/", "vault", "is not the path of a secret", "vault:kv/apps/grafana"),
    ("vault:kv/a//b", "vault", "is not the path of a secret", ""),
    ("vault:kv/../sys/seal", "vault", "is not the path of a secret", ""),
    ("vault:kv/a?version=1", "vault", "is not the path of a secret", "letters, digits"),
    ("vault:kv/data/apps/g", "vault", "is an address of the interface", "write `vault:kv/apps/g`"),
    ("bitwarden:homelab", "", "[sinks.bitwarden] is missing", "token_file = \"/etc/doorstep/bitwarden.token\""),
    ("bitwarden:homelab", "bitwarden", "`homelab` is not the id of a project", "bws project list"),
    ("bitwarden:0b6f2c1e-7d1a-4c53-9e0f-b1c400a1b2c3/", "bitwarden", "cannot stand before", ""),
    ("bitwarden:0b6f2c1e-7d1a-4c53-9e0f-b1c400a1b2c3/a b", "bitwarden", "`a b` cannot stand before", "letters, digits"),
    ("command:push", "", "no command is called `push`", "add [sinks.command.push] with run = ["),
    ("command:psuh", "command", "no command is called `psuh`", "did you mean `command:push`?"),
    ("command:", "command", "does not name a command", "[sinks.command.NAME]"),
    ("command:push/", "command", "does not name a command", ""),
    ("command:rm -rf", "command", "does not name a command", ""),
];

/// What may be declared, beside plain files, and the app's name where it is left out.
pub(super) const TAKEN: &[(&str, &str)] = &[
    ("kubernetes:monitoring/grafana-oidc", "kubernetes:monitoring/grafana-oidc"),
    ("kubernetes:m/a.b-c.1", "kubernetes:m/a.b-c.1"),
    ("sops:/srv/git/g.env", "sops:/srv/git/g.env"),
    ("sops:/srv/git/g.enc.yml", "sops:/srv/git/g.enc.yml"),
    ("sops:/srv/git/./g.json", "sops:/srv/git/g.json"),
    ("age:/srv/git/g.env.age", "age:/srv/git/g.env.age"),
    ("age:/srv/git/g.age", "age:/srv/git/g.age"),
    ("vault:kv/apps/grafana", "vault:kv/apps/grafana"),
    ("vault:kv/data", "vault:kv/data"),
    ("bitwarden:0B6F2C1E-7d1a-4c53-9e0f-b1c400a1b2c3", "bitwarden:0b6f2c1e-7d1a-4c53-9e0f-b1c400a1b2c3"),
    (
        "bitwarden:0b6f2c1e-7d1a-4c53-9e0f-b1c400a1b2c3/GRAFANA_",
        "bitwarden:0b6f2c1e-7d1a-4c53-9e0f-b1c400a1b2c3/GRAFANA_",
    ),
    ("command:push", "command:push/grafana"),
    ("command:push/team/one", "command:push/team/one"),
];
