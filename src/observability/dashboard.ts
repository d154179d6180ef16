import type { AlarmDefinition } from "./alarm.ts";

const COLUMNS = 3;
const WIDGET = { width: 8, height: 6 };

/** The body of a dashboard with one graph per alarm, and the alarm's limit in it. */
export function dashboardBody(definitions: readonly AlarmDefinition[], region: string): string {
  const widgets = definitions.map((definition, index) => ({
    type: "metric",
    x: (index % COLUMNS) * WIDGET.width,
    y: Math.floor(index / COLUMNS) * WIDGET.height,
    ...WIDGET,
    properties: graph(definition, region),
  }));
  return JSON.stringify({ widgets });
}

function graph(definition: AlarmDefinition, region: string) {
  const { id, namespace, metric, dimensions, statistic, periodSeconds, comparison, threshold } = definition;
  return {
    title: id,
    region,
    view: "timeSeries",
    metrics: [[namespace, metric, ...Object.entries(dimensions).flat()]],
    stat: statistic,
    period: periodSeconds,
    yAxis: { left: { min: 0 } },
    annotations: { horizontal: [{ label: "alarm", value: threshold, fill: comparison }] },
  };
}
