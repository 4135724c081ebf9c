//! `throughline analyze`.

use analysis::answer::Answer;
use analysis::question::{
    FunnelQuestion, JourneyKey, PathsQuestion, Present, Question, ResolvedJourney, SessionsQuestion,
    TransitionsQuestion,
};
use control::{Control, Workspace};
use model::scope::Scope;

use super::tables;
use crate::args::{
    AnalyzeCommand, CustomersArgs, FunnelArgs, PathsArgs, ScopeArgs, SessionsArgs, SubjectArgs, TransitionsArgs,
    WorkspaceArg,
};
use crate::context::{ASKING, Context};
use crate::exit::{Exit, Failure};
use crate::scope::{scope, span, step, versus};

pub async fn run(context: &Context, command: AnalyzeCommand) -> anyhow::Result<Exit> {
    match command {
        AnalyzeCommand::Funnel(args) => funnel(context, &args).await,
        AnalyzeCommand::Paths(args) => paths(context, &args).await,
        AnalyzeCommand::Transitions(args) => transitions(context, &args).await,
        AnalyzeCommand::Sessions(args) => sessions(context, &args).await,
        AnalyzeCommand::Customers(args) => customers(context, &args).await,
    }
}

/// What a question is asked of.
struct Asked {
    workspace: Workspace,
    present: Present,
    control: Control,
}

impl Asked {
    async fn of(context: &Context, arg: &WorkspaceArg) -> anyhow::Result<Asked> {
        let control = context.control().await?;
        let workspace = context.workspace(&control, arg).await?;
        let present = context.present(&workspace).await?;
        Ok(Asked { workspace, present, control })
    }

    async fn journey(&self, context: &Context, key: Option<&JourneyKey>) -> anyhow::Result<Option<ResolvedJourney>> {
        match key {
            Some(key) => context.journey(&self.control, &self.workspace.id, key).await.map(Some),
            None => Ok(None),
        }
    }

    fn scope(&self, args: &ScopeArgs, journey: Option<&ResolvedJourney>) -> Result<Scope, Failure> {
        scope(args, journey.map(|journey| &journey.definition), &self.workspace.zone)
    }
}

impl Asked {
    /// Prints the answer, or what differs from the scope to compare with.
    async fn answer(
        &self,
        context: &Context,
        question: &Question,
        journey: Option<&ResolvedJourney>,
        args: &ScopeArgs,
    ) -> anyhow::Result<Exit> {
        let analyst = context.analyst()?;
        let definition = journey.map(|journey| &journey.definition);
        if let Some(versus) = versus(args, question.scope(), definition, &self.workspace.zone)? {
            let ask = async |control: &_| analyst.compare(&self.present, question, &versus, journey, control).await;
            let comparison = context.watched(ASKING, ask).await?;
            context.output.result(&comparison, tables::comparison)?;
            return Ok(Exit::Done);
        }
        let ask = async |control: &_| analyst.answer(&self.present, question, journey, control).await;
        match context.watched(ASKING, ask).await? {
            Answer::Funnel(answer) => context.output.result(&answer, tables::funnel)?,
            Answer::Paths(answer) => context.output.result(&answer, tables::paths)?,
            Answer::Transitions(answer) => context.output.result(&answer, tables::transitions)?,
            Answer::Sessions(answer) => context.output.result(&answer, tables::sessions)?,
        }
        Ok(Exit::Done)
    }
}

fn journey_key(subject: &SubjectArgs) -> Option<JourneyKey> {
    subject.journey.clone().map(|id| JourneyKey { id, version: subject.version })
}

async fn funnel(context: &Context, args: &FunnelArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.subject.workspace).await?;
    let key = journey_key(&args.subject);
    let journey = asked.journey(context, key.as_ref()).await?;
    let question = Question::Funnel(FunnelQuestion {
        scope: asked.scope(&args.scope, journey.as_ref())?,
        journey: key,
        steps: args.steps.iter().map(|text| step(text)).collect::<Result<_, _>>()?,
        window: args.window.as_deref().map(|text| span("--window", text)).transpose()?,
        mode: args.mode.into(),
    });
    asked.answer(context, &question, journey.as_ref(), &args.scope).await
}

async fn paths(context: &Context, args: &PathsArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.subject.workspace).await?;
    let key = journey_key(&args.subject);
    let journey = asked.journey(context, key.as_ref()).await?;
    let question = Question::Paths(PathsQuestion {
        scope: asked.scope(&args.scope, journey.as_ref())?,
        journey: key,
        collapse: args.collapse,
        steps: args.steps,
        top: args.top,
    });
    asked.answer(context, &question, journey.as_ref(), &args.scope).await
}

async fn transitions(context: &Context, args: &TransitionsArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.subject.workspace).await?;
    let key = journey_key(&args.subject);
    let journey = asked.journey(context, key.as_ref()).await?;
    let scope = asked.scope(&args.scope, journey.as_ref())?;
    let question = Question::Transitions(TransitionsQuestion { scope, journey: key });
    asked.answer(context, &question, journey.as_ref(), &args.scope).await
}

async fn sessions(context: &Context, args: &SessionsArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.workspace).await?;
    let (scope, timeout) = (asked.scope(&args.scope, None)?, span("--timeout", &args.timeout)?);
    let question = Question::Sessions(SessionsQuestion { scope, timeout });
    asked.answer(context, &question, None, &args.scope).await
}

async fn customers(context: &Context, args: &CustomersArgs) -> anyhow::Result<Exit> {
    let question = Question::decode(&args.question)?;
    let asked = Asked::of(context, &args.workspace).await?;
    let journey = asked.journey(context, question.journey()).await?;
    let (analyst, after) = (context.analyst()?, args.after.as_deref());
    let ask = async |control: &_| {
        analyst.customers(&asked.present, &question, journey.as_ref(), &args.pick, after, args.limit, control).await
    };
    let list = context.watched(ASKING, ask).await?;
    context.output.result(&list, |list| tables::customers(list, &context.output.lang))?;
    Ok(Exit::Done)
}
