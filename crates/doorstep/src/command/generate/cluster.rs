//! What is said of a gateway in a cluster.

use super::surroundings::Surroundings;
use clap::{Args, ValueEnum};
use doorstep_onboard::generate::{Gateway, GatewayForm, Ingress, Upstream};

/// The Gateway API has a standard question, and Envoy Gateway its own.
#[derive(Clone, Debug, Args)]
pub struct GatewayApi {
    #[command(flatten)]
    pub around: Surroundings,
    /// Who asks.
    #[arg(long = "as", value_enum, default_value_t = Form::EnvoyGateway, value_name = "FORM")]
    form: Form,
    /// The name of the gateway.
    #[arg(long, default_value = "doorstep", value_name = "NAME")]
    name: String,
    /// Where the gateway and all its routes stand.
    #[arg(long, default_value = "doorstep", value_name = "NAME")]
    namespace: String,
    /// The gateway's class, by which its controller knows it.
    #[arg(long, default_value = "eg", value_name = "NAME")]
    class: String,
    /// Ask by gRPC, at Doorstep's `listen_grpc`.
    #[arg(long)]
    pub grpc: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// `SecurityPolicy` and its kin, of Envoy Gateway.
    EnvoyGateway,
    /// The filter `ExternalAuth` of the experimental channel, for any controller that has it.
    ExternalAuth,
}

impl GatewayApi {
    pub(super) fn gateway(&self, grpc: Option<&Upstream>) -> Gateway {
        let form = match self.form {
            Form::EnvoyGateway => GatewayForm::EnvoyGateway,
            Form::ExternalAuth => GatewayForm::ExternalAuth,
        };
        let Self { name, namespace, class, .. } = self.clone();
        Gateway { form, name, namespace, class, grpc: grpc.cloned() }
    }
}

/// Istio reads two things.
#[derive(Clone, Debug, Args)]
pub struct Istio {
    #[command(flatten)]
    pub around: Surroundings,
    /// What goes into `meshConfig`, instead of the objects.
    #[arg(long)]
    pub mesh: bool,
    /// Where the pods of the gateway run.
    #[arg(long, default_value = "istio-system", value_name = "NAME")]
    namespace: String,
    /// The value of their label `istio`.
    #[arg(long, default_value = "ingressgateway", value_name = "LABEL")]
    label: String,
    /// Their service account.
    #[arg(long, default_value = "istio-ingressgateway-service-account", value_name = "NAME")]
    account: String,
    /// Ask by gRPC, at Doorstep's `listen_grpc`; said with --mesh.
    #[arg(long, requires = "mesh")]
    pub grpc: bool,
}

impl Istio {
    pub(super) fn ingress(&self) -> Ingress {
        let Self { namespace, label, account, .. } = self.clone();
        Ingress { namespace, label, account }
    }
}

/// ingress-nginx is told all of it in annotations.
#[derive(Clone, Debug, Args)]
pub struct IngressNginx {
    #[command(flatten)]
    pub around: Surroundings,
    /// The class of the controller.
    #[arg(long, default_value = "nginx", value_name = "NAME")]
    pub class: String,
}
