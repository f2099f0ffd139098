//! Taking the address or the socket that the configuration names.

use crate::config::Listen;
use crate::ending::Failure;
use doorstep_web::Listener;
use std::fs;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::{TcpListener, UnixListener, UnixStream};

/// Who may open our socket: its owner and its group.
const SOCKET_MODE: u32 = 0o660;

/// A place that is ours.
pub(crate) struct Bound {
    /// For whoever serves on it.
    pub(crate) listener: Listener,
    /// As it is printed.
    pub(crate) reported: String,
    /// The socket's file, removed when this goes.
    pub(crate) socket: Option<SocketFile>,
}

/// Removes the file of a socket when the server ends.
pub(crate) struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // A file that is left behind is replaced at the next start.
        let _ = fs::remove_file(&self.0);
    }
}

/// Takes it, or says who has it.
pub(crate) async fn bind(listen: &Listen) -> Result<Bound, Failure> {
    match listen {
        Listen::Tcp(address) => {
            let failed = |error: io::Error| refused_address(*address, &error);
            let listener = TcpListener::bind(address).await.map_err(failed)?;
            let reported = listener.local_addr().map_err(failed)?.to_string();
            Ok(Bound { listener: Listener::Tcp(listener), reported, socket: None })
        }
        Listen::Unix(path) => {
            make_room(path).await?;
            let listener = bind_private(path).map_err(|error| {
                let what = format!("The socket {} cannot be made: {error}.", path.display());
                let remedy =
                    "Its folder has to be there and writable for the user that Doorstep runs as; or set `listen`.";
                Failure::refused(what, remedy)
            })?;
            let reported = format!("unix:{}", path.display());
            Ok(Bound { listener: Listener::Unix(listener), reported, socket: Some(SocketFile(path.clone())) })
        }
    }
}

fn refused_address(address: SocketAddr, error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::AddrInUse => Failure::refused(
            format!("{address} is taken: another program listens there."),
            "Stop it, or set `listen` to another port.",
        ),
        ErrorKind::PermissionDenied => Failure::refused(
            format!("{address} may not be used: ports below 1024 belong to the system."),
            "Set `listen` to a port above, behind a proxy; or give the program CAP_NET_BIND_SERVICE.",
        ),
        _ => Failure::refused(
            format!("{address} cannot be listened on: {error}."),
            "Set `listen` to an address of this machine.",
        ),
    }
}

/// A socket file that a killed server left behind is replaced; one that answers, or anything else, is not.
async fn make_room(path: &Path) -> Result<(), Failure> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    let here = path.display();
    if !found.file_type().is_socket() {
        return Err(Failure::refused(
            format!("{here} is there and is not a socket."),
            "Move it away, or set `listen` to another path.",
        ));
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
        Ok(_) => Err(Failure::refused(
            format!("The socket {here} is taken: another program answers there."),
            "Stop it, or set `listen` to another path.",
        )),
        Err(error) => Err(Failure::refused(
            format!("Whether another program answers on {here} cannot be found out: {error}."),
            "Stop it and remove the socket, or set `listen` to another path.",
        )),
    }
}

/// Made beside its place, closed to others, then moved there: nobody can open it in between.
fn bind_private(path: &Path) -> io::Result<UnixListener> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let _ = fs::remove_file(&beside);
    let listener = UnixListener::bind(&beside)?;
    fs::set_permissions(&beside, fs::Permissions::from_mode(SOCKET_MODE))?;
    fs::rename(&beside, path)?;
    Ok(listener)
}
