// The document that a backtest writes, as far as the page reads it. What is not there is
// undefined; the page leaves out what it does not know.

export interface Finding {
  name: string;
  points: number;
  of: number;
  why: string;
}

export interface Row {
  key: string;
  trades: number;
  wins: number;
  losses: number;
  draws: number;
  win_rate: number | null;
  profit_abs: number;
  profit_ratio_sum: number;
  profit_ratio_mean: number | null;
  profit_factor: number | null;
  average_duration_s: number | null;
  largest_win: number | null;
  largest_loss: number | null;
  fees: number;
  return?: number | null;
  undefined?: Record<string, string>;
}

export interface Drawdown {
  start: string;
  trough: string;
  recovery: string | null;
  depth: number;
  depth_abs: number;
  length_s: number;
  to_trough_s: number;
}

export interface Year {
  year: number;
  return: number | null;
  months: (number | null)[];
  undefined?: Record<string, string>;
}

export interface Distribution {
  edges: number[];
  counts: number[];
  below: number;
  above: number;
}

export type Quantile = "p5" | "p25" | "p50" | "p75" | "p95";
export type Quantiles = Record<Quantile, number>;

export interface MonteCarlo {
  paths: number;
  seed: number;
  basis: string;
  undefined: string | null;
  final_balance: Quantiles | null;
  max_drawdown: Quantiles | null;
  max_drawdown_shuffled: Quantiles | null;
  probability_of_loss: number | null;
  probability_of_drawdown: { beyond: number; probability: number }[];
  fan: ({ trade: number[] } & Record<Quantile, number[]>) | null;
}

export interface Equity {
  time_s: number[];
  equity: number[];
  hold: number[];
  drawdown: number[];
  exposure: number[];
}

export interface MetricInfo {
  title: string;
  unit: string;
  meaning: string;
  higher_is_better: boolean | null;
  group?: string;
}

export interface Run {
  pairs: string[];
  timeframe: string;
  start: string;
  end: string;
  candles: number;
  wallet: number;
  currency: string;
  stake: string | number;
  max_open_trades: number;
  fee: number;
  slippage: string;
  realism: string;
  prices: string;
  command: string;
}

/** A limit as a configuration says it; trading hours are a table. */
export type GuardrailLimit = number | boolean | object;

export interface Refusal {
  time: string;
  pair: string;
  direction: string;
  effect: string;
  observed: string;
  limit: string;
  sentence: string;
}

export interface Guardrails {
  /** As they were asked for: none, safe, widest, or a file. */
  limits: string;
  in_force: Record<string, GuardrailLimit>;
  /** What the strategy brought along. */
  own: Record<string, number>;
  orders: number | null;
  signals_refused: number | null;
  /** How many signals each guardrail refused, by its reason. */
  refused: Record<string, number>;
  /** The first few of each reason. */
  examples: Record<string, Refusal[]>;
  /** The limit that stopped trading. */
  stopped: string | null;
}

export interface Document {
  tidegate_version: string;
  strategy: {
    name: string;
    version?: string | number | null;
    description?: string | null;
    source?: string | null;
    sha256?: string | null;
    explanation?: string[] | null;
  };
  run: Run;
  assumptions: { name: string; value: string; why: string }[];
  grade: {
    letter: string;
    score: number;
    findings: Finding[];
    raises: { what: string; gain: number }[];
  } | null;
  guardrails?: Guardrails | null;
  metrics: Record<string, number | null>;
  undefined: Record<string, string>;
  metric_info: Record<string, MetricInfo>;
  breakdowns: Record<string, Row[]>;
  drawdowns: Drawdown[];
  monthly: Year[];
  distribution: Distribution | null;
  monte_carlo: MonteCarlo | null;
  equity: Equity | null;
  counters: Record<string, number>;
  final_balance: number;
  seconds: Record<string, number>;
}

export interface Trade {
  /** Place among all trades of the run, from 0, in the order of the document. */
  index: number;
  pair: string;
  open_timestamp: number;
  close_timestamp: number;
  open_rate: number;
  close_rate: number;
  amount: number;
  stake_amount: number;
  profit_ratio: number;
  profit_abs: number;
  exit_reason: string;
  enter_tag: string | null;
  is_short: boolean;
  leverage: number;
  fee_open: number;
  fee_close: number;
  trade_duration: number;
  min_rate: number | null;
  max_rate: number | null;
  initial_stop_loss_abs: number | null;
  stop_loss_abs: number | null;
  fees_paid: number | null;
  slippage_paid: number | null;
  dubious: boolean;
}

export interface ChartHead {
  pair: string;
  timeframe: string;
  /** The length the test ran on; the packed candles may be longer to fit in the file. */
  tested: { name: string; minutes: number };
  minutes: number;
  rows: number;
  start_s: number;
  decimals: number;
  volume_unit: number;
  indicators: { name: string; overlay: boolean; decimals: number }[];
  origin: string;
}
