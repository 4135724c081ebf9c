//! `throughline serve`.

use server::config::SignIn;
use server::serve::Server;
use server::state::AppState;

use crate::args::{ListenArgs, ServeArgs};
use crate::context::Context;
use crate::exit::Exit;

/// What an open server says of itself.
const OPEN: &str = "\
Nobody is asked to sign in: anyone on this machine is the owner of everything here.
To let people sign in, end it and start `throughline serve` on the same data; it prints a link to make the first \
administrator.";

/// What a server for the network says of itself.
const NETWORK: &str = "\
Browsers on other machines sign in over HTTPS only: put a reverse proxy with a certificate in front, and list its \
name under `server.hosts`.";

/// Serves until Ctrl-C.
pub async fn run(context: &Context, args: &ServeArgs) -> anyhow::Result<Exit> {
    serve(context, &args.listen, if args.open { SignIn::Open } else { SignIn::Required }).await
}

/// The same with sign-in as the caller says.
pub async fn serve(context: &Context, args: &ListenArgs, sign_in: SignIn) -> anyhow::Result<Exit> {
    let config = context.settings.server(args.listen, sign_in)?;
    let control = context.control().await?;
    let state = AppState::new(context.folder.clone(), control, context.analyst()?, &config)?;
    let server = Server::bind(&config, state).await?;
    announce(context, args, &server, sign_in)?;
    let stop = context.stop.clone();
    server.serve(async move { stop.cancelled().await }).await?;
    Ok(Exit::Done)
}

fn announce(context: &Context, args: &ListenArgs, server: &Server, sign_in: SignIn) -> anyhow::Result<()> {
    let (url, setup) = (server.url(), server.setup_link());
    if context.output.json {
        let mut line = serde_json::json!({ "url": url });
        if let Some(setup) = setup {
            line["setup"] = setup.into();
        }
        return context.output.text(&line.to_string());
    }
    if args.print_url {
        context.output.text(&url)?;
    } else {
        let data = context.folder.root().display();
        context.output.remark(&format!("Throughline serves {url} (data in {data}); Ctrl-C ends it"));
    }
    if sign_in == SignIn::Open {
        context.output.remark(OPEN);
    } else if !server.address().ip().is_loopback() {
        context.output.remark(NETWORK);
    }
    if let Some(setup) = setup {
        context.output.remark(&format!(
            "There is nobody yet who could sign in. Make the first administrator; the link is good until this server \
             ends:\n  {setup}"
        ));
    }
    Ok(())
}
