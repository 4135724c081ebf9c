// What a number of a floor's answer says of itself: what it means, whom it is about, and what each rule did on the way there.
import { useTranslation } from "react-i18next";

import type { PlaceMeta } from "../../api/types";
import type { Explaining } from "../../ui/answer/figure";
import type { Fact } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { sentence, useLocalized } from "../../ui/language";

export function usePlaceExplaining(): (meta: PlaceMeta) => Explaining {
  const facts = useMetaFacts();
  return (meta) => (info, value) => ({ ...info, value, facts: facts(meta), sql: meta.sql });
}

export function useMetaFacts(): (meta: PlaceMeta) => Fact[] {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const rules = useRuleFacts();
  return (meta) => [
    { name: t("place.fact.definition"), text: sentence(localized(meta.definition)) },
    { name: t("explain.population"), text: sentence(localized(meta.population)) },
    { name: t("explain.filters"), text: meta.filters.length === 0 ? t("place.fact.noFilters") : meta.filters.map((filter) => sentence(localized(filter))).join("\n") },
    ...rules(meta),
    { name: t("place.fact.few"), text: t("place.fact.fewHow", { k: meta.shown_from }) },
    { name: t("place.fact.site"), text: t("place.fact.siteOf", { site: meta.site, version: meta.site_version }) },
    { name: t("place.fact.days"), text: meta.days.length === 0 ? t("place.fact.noDays") : meta.days.map((day) => format.day(day)).join(t("common.comma")) },
    { name: t("explain.asOf"), text: t("place.fact.asOf", { when: format.dateTime(meta.as_of_us, meta.zone), zone: meta.zone }) },
  ];
}

/** Each rule, and what it did. */
function useRuleFacts(): (meta: PlaceMeta) => Fact[] {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ rules, report }) => {
    const n = (value: number | null | undefined) => format.decimal(value ?? 0);
    const off = t("place.rule.off");
    const { cleaning, visits, zones, stops, queues, stitching, staff, groups, receipts, members } = rules;
    const speed = cleaning.speed_max_m_s == null ? t("place.rule.anySpeed") : t("place.rule.speed", { speed: n(cleaning.speed_max_m_s) });
    const snap = cleaning.snap_m == null ? t("place.rule.noSnap") : t("place.rule.snap", { metres: n(cleaning.snap_m) });
    const cleaned = sentence([speed, t("place.rule.gap", { seconds: n(cleaning.gap_seconds) }), t(cleaning.smooth === true ? "place.rule.smooth" : "place.rule.raw"), snap].join(t("place.rule.and")));
    const told = (name: string, rule: string, did?: string): Fact => ({ name, text: did === undefined ? rule : `${rule} ${t("place.rule.did", { did })}` });
    return [
      told(
        t("place.rule.cleaning"),
        cleaned,
        t("place.did.cleaning", {
          sightings: format.whole(report.sightings),
          fast: format.whole(report.too_fast),
          unusable: format.whole(report.unusable),
          off: format.whole(report.off_plan + report.elsewhere),
          snapped: format.whole(report.snapped),
          gaps: format.whole(report.gaps),
          time: format.duration(report.gap_seconds),
        }),
      ),
      told(
        t("place.rule.stitching"),
        stitching == null ? off : t("place.rule.stitchingHow", { gap: n(stitching.gap_seconds), speed: n(stitching.speed_max_m_s), slack: n(stitching.slack_m), door: n(stitching.door_m) }),
        t("place.did.stitching", { n: format.whole(report.stitched) }),
      ),
      told(
        t("place.rule.visits"),
        t("place.rule.visitsHow", { least: format.duration(visits.least_seconds), absence: format.duration(visits.absence_seconds) }),
        t("place.did.visits", { tracks: format.whole(report.tracks), passers: format.whole(report.passers_by), visits: format.whole(report.visits) }),
      ),
      told(
        t("place.rule.staff"),
        staff == null ? t("place.rule.staffSaid") : t("place.rule.staffHow", { place: format.duration(staff.staff_only_seconds), stay: format.duration(staff.stay_seconds) }),
        t("place.did.staff", { said: format.whole(report.staff_said), place: format.whole(report.staff_by_place), stay: format.whole(report.staff_by_stay) }),
      ),
      told(
        t("place.rule.groups"),
        groups == null ? t("place.rule.alone") : t("place.rule.groupsHow", { overlap: format.percent(groups.overlap), apart: n(groups.apart_m), drift: n(groups.drift_m_s) }),
        t("place.did.groups", { pairs: format.whole(report.pairs), units: format.whole(report.units) }),
      ),
      told(t("place.rule.zones"), t("place.rule.zonesHow", { buffer: n(zones.exit_buffer_m), merge: n(zones.merge_seconds), drop: n(zones.drop_seconds) })),
      told(t("place.rule.stops"), t("place.rule.stopsHow", { radius: n(stops.radius_m), least: n(stops.least_seconds) })),
      told(t("place.rule.queues"), t("place.rule.queuesHow", { slow: n(queues.slow_m_s), window: n(queues.window_seconds), away: n(queues.away_seconds) })),
      ...(receipts == null ? [] : [told(t("place.rules.receipts"), t("place.rules.receipts.how"), t("place.did.receipts", { receipts: format.whole(report.receipts), matched: format.whole(report.receipts_matched) }))]),
      ...(members == null
        ? []
        : [told(t("place.rules.members"), t("place.rules.members.how"), t("place.did.members", { scans: format.whole(report.scans), visits: format.whole(report.members), returned: format.whole(report.returned) }))]),
    ];
  };
}
