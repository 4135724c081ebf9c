//! `throughline analyze retention`, `lifecycle`, `stickiness` and `survival`.

use analysis::question::{LifecycleQuestion, Question, RetentionQuestion, StickinessQuestion, SurvivalQuestion};
use model::survival::GroupRule;

use super::Asked;
use crate::args::{LifecycleArgs, RetentionArgs, StickinessArgs, SurvivalArgs};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::scope::{period, rule, span, step};

pub async fn retention(context: &Context, args: &RetentionArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.workspace).await?;
    let question = Question::Retention(RetentionQuestion {
        scope: asked.scope(&args.scope, None)?,
        start: args.start.as_deref().map(|text| rule("--start", text)).transpose()?,
        back: args.back.as_deref().map(|text| rule("--return", text)).transpose()?,
        starts: args.starts.into(),
        unit: args.unit.into(),
        cohort: args.cohort.map(Into::into),
        week_start: args.week_start.into(),
        clock: args.clock.into(),
        reading: args.reading.into(),
        last: args.last,
        brackets: args.brackets.clone(),
    });
    asked.answer(context, &question, None, &args.scope).await
}

pub async fn lifecycle(context: &Context, args: &LifecycleArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.workspace).await?;
    let zone = args.scope.zone.as_deref().unwrap_or(&asked.workspace.zone);
    let question = Question::Lifecycle(LifecycleQuestion {
        scope: asked.scope(&args.scope, None)?,
        active: args.active.as_deref().map(|text| rule("--active", text)).transpose()?,
        unit: args.unit.into(),
        week_start: args.week_start.into(),
        over: period(("--since", &args.since), ("--until", &args.until), zone)?,
    });
    asked.answer(context, &question, None, &args.scope).await
}

pub async fn stickiness(context: &Context, args: &StickinessArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.workspace).await?;
    let zone = args.scope.zone.as_deref().unwrap_or(&asked.workspace.zone);
    let question = Question::Stickiness(StickinessQuestion {
        scope: asked.scope(&args.scope, None)?,
        active: args.active.as_deref().map(|text| rule("--active", text)).transpose()?,
        unit: args.unit.into(),
        per: args.per.into(),
        week_start: args.week_start.into(),
        over: period(("--since", &args.since), ("--until", &args.until), zone)?,
    });
    asked.answer(context, &question, None, &args.scope).await
}

pub async fn survival(context: &Context, args: &SurvivalArgs) -> anyhow::Result<Exit> {
    let asked = Asked::of(context, &args.workspace).await?;
    let group = |text: &String| step("--group", text).map(|group| GroupRule { name: group.name, rule: group.rule });
    let question = Question::Survival(SurvivalQuestion {
        scope: asked.scope(&args.scope, None)?,
        start: args.start.as_deref().map(|text| rule("--start", text)).transpose()?,
        end: rule("--end", &args.end)?,
        censor: args.censor.into(),
        groups: args.groups.iter().map(group).collect::<Result<_, Failure>>()?,
        at: args.at.iter().map(|text| span("--at", text)).collect::<Result<_, Failure>>()?,
    });
    asked.answer(context, &question, None, &args.scope).await
}
