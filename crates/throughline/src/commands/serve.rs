//! `throughline serve`.

use server::serve::Server;
use server::state::AppState;

use crate::args::ServeArgs;
use crate::context::Context;
use crate::exit::Exit;

/// Serves until Ctrl-C.
pub async fn run(context: &Context, args: &ServeArgs) -> anyhow::Result<Exit> {
    let config = context.settings.server(args.listen);
    let state =
        AppState::new(context.folder.clone(), context.control().await?, context.analyst()?, config.limits.clone());
    let server = Server::bind(&config, state).await?;
    let url = server.url();
    if context.output.json {
        context.output.text(&serde_json::json!({ "url": url }).to_string())?;
    } else if args.print_url {
        context.output.text(&url)?;
    } else {
        context
            .output
            .remark(&format!("Throughline serves {url} (data in {}); Ctrl-C ends it", context.folder.root().display()));
    }
    let stop = context.stop.clone();
    server.serve(async move { stop.cancelled().await }).await?;
    Ok(Exit::Done)
}
