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
        "apps.grafana = { url = 'https://g.example.org', deliver = 'kubernetes:m/g' }",
        "apps.grafana.deliver",
        "does not deliver by",
        "deliver to a file: `file:/srv/app/app.env`",
    ),
    (
        "apps.grafana = { url = 'https://g.example.org', deliver = ['sops:x'] }",
        "apps.grafana.deliver.0",
        "does not deliver by",
        "",
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
