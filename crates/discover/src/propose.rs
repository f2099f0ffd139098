//! From what was found to what to declare: an app a service, with its address; and all that is left over, with why.

use crate::found::{Address, Found, Place, Service, Site, Unclear, Upstream};
use crate::recognise::{By, Known};
use crate::service::{Behind, behind};
use doorstep_core::id::AppName;
use doorstep_onboard::catalog::Catalog;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One app to declare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The name to declare it under.
    pub name: String,
    /// The entry of the catalog, where it is not the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Where people open it.
    pub url: String,
    /// Other addresses of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Address>,
    /// By what it was recognised.
    pub recognised: By,
    /// Where the address stands.
    pub at: Place,
}

/// Something that is not proposed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Left {
    /// Where it stands.
    pub at: Place,
    /// What it is, and why it is not proposed.
    pub why: String,
}

/// Everything that a look around gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What to declare, by name.
    pub proposals: Vec<Proposal>,
    /// Apps that are known, and not where people open them.
    pub without_address: Vec<Left>,
    /// Addresses whose app is not known, or that are not known whole.
    pub not_recognised: Vec<Left>,
    /// Files that could not be read.
    pub unread: Vec<Left>,
}

impl Proposal {
    /// The lines to declare it by.
    pub fn lines(&self) -> String {
        let preset = self.preset.as_ref().map(|preset| format!("preset = \"{preset}\"\n")).unwrap_or_default();
        format!("[apps.{}]\n{preset}url = \"{}\"\n", self.name, self.url)
    }
}

pub(crate) fn propose(found: &Found, catalog: &Catalog) -> Report {
    let mut draft = Draft {
        known: Known::of(catalog),
        targets: found.sites.iter().map(|site| target(found, site)).collect(),
        found,
        taken: BTreeSet::new(),
        urls: BTreeMap::new(),
        report: Report::default(),
    };
    draft.by_image();
    draft.by_name();
    let left = |all: &BTreeSet<Unclear>| {
        all.iter().map(|one| Left { at: one.at.clone(), why: one.why.clone() }).collect::<Vec<_>>()
    };
    let mut report = draft.report;
    report.not_recognised.extend(left(&found.unclear));
    report.unread = left(&found.unread);
    report.proposals.sort_by(|a, b| a.name.cmp(&b.name));
    for list in [&mut report.without_address, &mut report.not_recognised] {
        list.sort();
        list.dedup();
    }
    report
}

struct Draft<'a> {
    known: Known<'a>,
    found: &'a Found,
    /// What each site leads to.
    targets: Vec<Behind<'a>>,
    taken: BTreeSet<String>,
    /// Proposed addresses, each with what is there.
    urls: BTreeMap<String, There<'a>>,
    report: Report,
}

/// The app at an address, and the service where it is known.
type There<'a> = (String, Option<&'a Service>);

impl<'a> Draft<'a> {
    fn by_image(&mut self) {
        let found = self.found;
        for service in &found.services {
            let own = service.addresses.iter();
            let addresses: Vec<Address> = own.chain(self.leading_to(service)).cloned().collect();
            let recognised = service.images.iter().find_map(|image| Some((image, self.known.by_image(image)?)));
            match recognised {
                Some((image, app)) => {
                    let by = By::Image { image: image.clone() };
                    if !self.add(app, Some(service), addresses, by)
                        && let Some(at) = &service.at
                    {
                        let which = if self.may_be_led_to(service) {
                            "which address leads to it is not sure"
                        } else {
                            "no address leads to it"
                        };
                        let why = format!("{app} runs here as `{}`, and {which}", service.name);
                        self.report.without_address.push(Left { at: at.clone(), why });
                    }
                }
                None => {
                    for address in addresses {
                        let image = service.images.first().map_or("nothing is said of its image", String::as_str);
                        let why = format!(
                            "{} leads to `{}` ({image}), which the catalog does not know",
                            address.url, service.name
                        );
                        self.report.not_recognised.push(Left { at: address.at, why });
                    }
                }
            }
        }
    }

    /// Sites behind which no image is known.
    fn by_name(&mut self) {
        let found = self.found;
        let targets = std::mem::take(&mut self.targets);
        let mut sites: Vec<(&Site, &Behind<'_>)> = found.sites.iter().zip(&targets).collect();
        // What has the host comes before a part of it.
        sites.sort_by_key(|(site, _)| site.address.depth());
        for (site, target) in sites {
            match target {
                Behind::One(_) => continue,
                Behind::Several(services) => {
                    self.several(site, services);
                    continue;
                }
                Behind::Nothing => {}
            }
            let Some(upstream) = &site.upstream else {
                let why = format!("{} leads to nothing that can be read here", site.address.url);
                self.report.not_recognised.push(Left { at: site.address.at.clone(), why });
                continue;
            };
            let to = upstream.to_string();
            if let Some(app) = self.known.by_name(upstream, &site.address.url) {
                self.add(app, None, vec![site.address.clone()], By::NameAndPort { upstream: to });
            } else {
                let url = &site.address.url;
                let why = format!("{url} leads to {to}, and neither image nor name and port say what that is");
                self.report.not_recognised.push(Left { at: site.address.at.clone(), why });
            }
        }
    }

    fn several(&mut self, site: &Site, services: &[&Service]) {
        let to = site.upstream.as_ref().map(Upstream::to_string).unwrap_or_default();
        let places: Vec<String> = services.iter().filter_map(|one| one.at.as_ref()).map(Place::to_string).collect();
        let places = places.join(", ");
        let why = format!("{} leads to {to}, and several services may be that: {places}", site.address.url);
        self.report.not_recognised.push(Left { at: site.address.at.clone(), why });
    }

    /// The addresses of the sites that lead to a service.
    fn leading_to(&self, service: &Service) -> impl Iterator<Item = &Address> {
        let leads = move |target: &Behind<'_>| matches!(target, Behind::One(one) if std::ptr::eq(*one, service));
        self.found
            .sites
            .iter()
            .zip(&self.targets)
            .filter(move |(_, target)| leads(target))
            .map(|(site, _)| &site.address)
    }

    /// Whether it is one of several services that an address may lead to.
    fn may_be_led_to(&self, service: &Service) -> bool {
        let is_one = |target: &Behind<'_>| matches!(target, Behind::Several(all) if all.iter().any(|one| std::ptr::eq(*one, service)));
        self.targets.iter().any(is_one)
    }

    /// Whether there is an address to propose it with; one that was proposed already counts.
    fn add(&mut self, app: &str, service: Option<&'a Service>, addresses: Vec<Address>, by: By) -> bool {
        let mut addresses = addresses;
        let mut seen = BTreeSet::new();
        addresses.retain(|address| seen.insert(address.url.clone()));
        // A path below the host is a part of what has the host.
        addresses.sort_by_key(Address::depth);
        if addresses.is_empty() {
            return false;
        }
        addresses.retain(|address| !self.is_proposed(app, service, address));
        let mut rest = addresses.into_iter();
        let Some(first) = rest.next() else { return true };
        let name = self.free_name(app, service.map_or(app, |service| service.name.as_str()));
        let also: Vec<Address> = rest.filter(|other| !other.url.starts_with(&format!("{}/", first.url))).collect();
        let urls = std::iter::once(&first).chain(&also).map(|address| (address.url.clone(), (app.to_owned(), service)));
        self.urls.extend(urls);
        let preset = (name != app).then(|| app.to_owned());
        self.report.proposals.push(Proposal { name, preset, url: first.url, also, recognised: by, at: first.at });
        true
    }

    /// Whether an address is proposed already; it is told where that is for another app. A path below an app is a part
    /// of it, unless it is known to be another service.
    fn is_proposed(&mut self, app: &str, service: Option<&Service>, address: &Address) -> bool {
        if let Some((other, _)) = self.urls.get(&address.url) {
            if other != app {
                let name = service.map_or(app, |service| service.name.as_str());
                let why = format!("{app} runs here as `{name}`, and {other} is proposed at {}", address.url);
                self.report.not_recognised.push(Left { at: address.at.clone(), why });
            }
            return true;
        }
        let mut above = address.url.as_str();
        while let Some((before, _)) = above.rsplit_once('/').filter(|(before, _)| !before.ends_with('/')) {
            if self.urls.get(before).is_some_and(|(other, at)| other == app && !is_another(service, *at)) {
                return true;
            }
            above = before;
        }
        false
    }

    /// The app's own name for the first of its kind, then what the service is called, then a number.
    fn free_name(&mut self, app: &str, service: &str) -> String {
        let service = service.to_ascii_lowercase().replace(['_', '.'], "-");
        let numbered = (2..).map(|number| format!("{app}-{number}"));
        let candidates = [app.to_owned(), service].into_iter().chain(numbered.take(1000));
        let mut free = candidates.filter(|name| name.parse::<AppName>().is_ok() && !self.taken.contains(name));
        let name = free.next().unwrap_or_else(|| app.to_owned());
        self.taken.insert(name.clone());
        name
    }
}

fn is_another(one: Option<&Service>, other: Option<&Service>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if !std::ptr::eq(one, other))
}

fn target<'f>(found: &'f Found, site: &Site) -> Behind<'f> {
    site.upstream.as_ref().map_or(Behind::Nothing, |upstream| behind(found, upstream, &site.group))
}
