//! `generate` for gateways of Kubernetes, whose objects name Services.

use crate::installation::Installation;

const APPS: &str = "[apps.glances]\nurl = \"https://glances.example.org\"\n";
const HERE: [&str; 4] = ["--doorstep", "doorstep.sso.svc:8480", "--upstream", "glances=glances.monitoring.svc:61208"];

#[test]
fn objects_for_a_gateway_name_services_and_say_what_is_missing() {
    let instance = Installation::new(APPS);
    for (kind, more, there) in [
        ("gateway-api", &[][..], "kind: SecurityPolicy"),
        ("gateway-api", &["--as", "external-auth", "--class", "cilium"], "type: ExternalAuth"),
        ("istio", &[], "action: CUSTOM"),
        ("istio", &["--mesh"], "envoyExtAuthzHttp:"),
        ("ingress-nginx", &["--class", "internal"], "ingressClassName: internal"),
    ] {
        let said = instance.reported(&[&["generate", kind][..], &HERE, more].concat());
        assert!(
            said.contains(there) && said.contains("doorstep.sso") | said.contains("namespace: sso"),
            "{kind}: {said}"
        );
        let open = instance.command(&["generate", kind, "--upstream", "glances=10.0.0.7:61208"]);
        assert!(open.code == 1 && open.out.is_empty(), "{kind}: {open:?}");
        assert!(
            open.err.contains("is not a Service")
                && open.err.contains("NAME.NAMESPACE") | open.err.contains("SERVICE.NAMESPACE"),
            "{open:?}"
        );
        let behind = instance.command(&[&["generate", kind][..], &HERE, &["--behind", "10.0.0.0/8"]].concat());
        assert!(behind.code == 1 && behind.err.contains("Leave --behind out."), "{behind:?}");
    }
    let grpc = instance.command(&[&["generate", "gateway-api", "--grpc"][..], &HERE].concat());
    assert!(grpc.code == 1 && grpc.err.contains("listen_grpc"), "{grpc:?}");
}
