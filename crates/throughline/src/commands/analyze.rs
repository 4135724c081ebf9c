//! `throughline analyze`.

mod activity;
mod attribution;

use analysis::answer::Answer;
use analysis::question::{
    FunnelQuestion, JourneyKey, PathsQuestion, Present, Question, ResolvedJourney, SequenceQuestion, SessionsQuestion,
    TransitionsQuestion,
};
use control::{Control, Workspace};
use model::funnel::FunnelOptions;
use model::scope::Scope;

use super::tables;
use crate::args::{
    AnalyzeCommand, CustomersArgs, FunnelArgs, PathsArgs, ScopeArgs, SequenceArgs, SessionsArgs, StepMatrixArgs,
    SubjectArgs, TransitionsArgs, WorkspaceArg,
};
use crate::context::{ASKING, Context};
use crate::exit::{Exit, Failure};
use crate::scope::{cut, exclusion, having, rule, scope, span, step, versus, window};

pub async fn run(context: &Context, command: AnalyzeCommand) -> anyhow::Result<Exit> {
    match command {
        AnalyzeCommand::Funnel(args) => funnel(context, &args).await,
        AnalyzeCommand::Paths(args) => paths(context, &args).await,
        AnalyzeCommand::Transitions(args) => transitions(context, &args).await,
        AnalyzeCommand::StepMatrix(args) => step_matrix(context, &args).await,
        AnalyzeCommand::Sessions(args) => sessions(context, &args).await,
        AnalyzeCommand::Retention(args) => activity::retention(context, &args).await,
        AnalyzeCommand::Lifecycle(args) => activity::lifecycle(context, &args).await,
        AnalyzeCommand::Stickiness(args) => activity::stickiness(context, &args).await,
        AnalyzeCommand::Survival(args) => activity::survival(context, &args).await,
        AnalyzeCommand::Sequence(args) => sequence(context, &args).await,
        AnalyzeCommand::Attribution(args) => attribution::attribution(context, &args).await,
        AnalyzeCommand::Segment(args) => super::segment::sizes(context, &args).await,
        AnalyzeCommand::Rfm(args) => super::segment::rfm(context, &args).await,
        AnalyzeCommand::Customers(args) => customers(context, &args).await,
    }
}

/// What a question is asked of.
pub(super) struct Asked {
    workspace: Workspace,
    pub(super) present: Present,
    control: Control,
}

impl Asked {
    pub(super) async fn of(context: &Context, arg: &WorkspaceArg) -> anyhow::Result<Asked> {
        let control = context.control().await?;
        let workspace = context.workspace(&control, arg).await?;
        let present = context.present(&control, &workspace).await?;
        Ok(Asked { workspace, present, control })
    }

    async fn journey(&self, context: &Context, key: Option<&JourneyKey>) -> anyhow::Result<Option<ResolvedJourney>> {
        match key {
            Some(key) => context.journey(&self.control, &self.workspace.id, key).await.map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn scope(&self, args: &ScopeArgs, journey: Option<&ResolvedJourney>) -> Result<Scope, Failure> {
        scope(args, journey.map(|journey| &journey.definition), &self.workspace.zone)
    }
}

impl Asked {
    /// Prints the answer, or what differs from the scope to compare with.
    pub(super) async fn answer(
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
        let lang = &context.output.lang;
        match context.watched(ASKING, ask).await? {
            Answer::Funnel(answer) => context.output.result(&answer, tables::funnel)?,
            Answer::Paths(answer) => context.output.result(&answer, tables::paths)?,
            Answer::Transitions(answer) if !answer.numbers.steps.is_empty() => {
                context.output.result(&answer, tables::step_matrix)?;
            }
            Answer::Transitions(answer) => context.output.result(&answer, tables::transitions)?,
            Answer::Sessions(answer) => context.output.result(&answer, tables::sessions)?,
            Answer::Retention(answer) => context.output.result(&answer, tables::retention)?,
            Answer::Lifecycle(answer) => context.output.result(&answer, tables::lifecycle)?,
            Answer::Stickiness(answer) => context.output.result(&answer, tables::stickiness)?,
            Answer::Survival(answer) => context.output.result(&answer, tables::survival)?,
            Answer::Sequence(answer) => context.output.result(&answer, tables::sequence)?,
            Answer::Attribution(answer) => context.output.result(&answer, tables::attribution)?,
            Answer::Segments(answer) => {
                context.output.result(&answer, |answer| tables::segments::sizes(answer, lang))?
            }
            Answer::Rfm(answer) => context.output.result(&answer, |answer| tables::segments::scores(answer, lang))?,
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
    let question = FunnelQuestion {
        scope: asked.scope(&args.scope, journey.as_ref())?,
        journey: key,
        steps: args.steps.iter().map(|text| step("--step", text)).collect::<Result<_, _>>()?,
        window: args.window.as_deref().map(window).transpose()?,
        mode: args.mode.into(),
        options: FunnelOptions {
            count: args.count.into(),
            entry: args.entry.into(),
            reuse: args.reuse,
            tie_tolerance_ms: args.tie_tolerance,
            optional: args.optional.clone(),
            hold: args.hold.clone(),
            exclusions: args
                .exclude
                .iter()
                .map(|text| exclusion(text, args.excluded.into()))
                .collect::<Result<_, _>>()?,
            trend: args.trend.map(Into::into),
            next: args.next,
        },
    };
    if args.times {
        let analyst = context.analyst()?;
        let ask = async |control: &_| analyst.funnel(&asked.present, &question, journey.as_ref(), control).await;
        context.output.result(&context.watched(ASKING, ask).await?, tables::funnel_times)?;
        return Ok(Exit::Done);
    }
    asked.answer(context, &Question::Funnel(question), journey.as_ref(), &args.scope).await
}

async fn sequence(context: &Context, args: &SequenceArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.subject.workspace).await?;
    let key = journey_key(&args.subject);
    let journey = asked.journey(context, key.as_ref()).await?;
    let question = Question::Sequence(SequenceQuestion {
        scope: asked.scope(&args.scope, journey.as_ref())?,
        journey: key,
        pattern: args.pattern.clone(),
        conditions: args.conditions.iter().map(|text| step("--condition", text)).collect::<Result<_, _>>()?,
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
        cut: cut(&args.cut)?,
        having: having(&args.cut)?,
        split: args.cut.split.as_deref().map(|text| rule("--split", text)).transpose()?,
    });
    asked.answer(context, &question, journey.as_ref(), &args.scope).await
}

async fn transitions(context: &Context, args: &TransitionsArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.subject.workspace).await?;
    let key = journey_key(&args.subject);
    let journey = asked.journey(context, key.as_ref()).await?;
    let question = Question::Transitions(TransitionsQuestion {
        scope: asked.scope(&args.scope, journey.as_ref())?,
        journey: key,
        steps: 0,
        after: args.after.clone(),
        target: args.target.clone(),
    });
    asked.answer(context, &question, journey.as_ref(), &args.scope).await
}

async fn step_matrix(context: &Context, args: &StepMatrixArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.subject.workspace).await?;
    let key = journey_key(&args.subject);
    let journey = asked.journey(context, key.as_ref()).await?;
    let scope = asked.scope(&args.scope, journey.as_ref())?;
    let question = TransitionsQuestion { scope, journey: key, steps: args.steps, ..TransitionsQuestion::default() };
    asked.answer(context, &Question::Transitions(question), journey.as_ref(), &args.scope).await
}

async fn sessions(context: &Context, args: &SessionsArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.workspace).await?;
    let (scope, timeout) = (asked.scope(&args.scope, None)?, args.timeout.as_deref());
    let timeout = timeout.map(|text| span("--timeout", text)).transpose()?;
    let apart = args.apart.as_ref().map(|parts| parts.iter().filter_map(|part| part.asked()).collect());
    let question = Question::Sessions(SessionsQuestion { scope, timeout, apart });
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
