// Analytics and session recording, as a shop would set them up. `recordingOptions` is how a
// recorded session differs from the others (see recorder/_session.py).
posthog.init("phc_demo4LanternGoodsR2vUq8Zk1mTn6bXw3sYhCe", {
  api_host: location.origin + "/ingest",
  ui_host: location.origin,
  autocapture: true,
  rageclick: true,
  capture_pageview: "history_change",
  capture_pageleave: true,
  capture_dead_clicks: true,
  capture_exceptions: true,
  capture_performance: { web_vitals: true, network_timing: true },
  enable_recording_console_log: true,
  advanced_disable_feature_flags: true,
  disable_surveys: true,
  person_profiles: "always",
  session_recording: { recordHeaders: true, ...window.recordingOptions },
  ...window.analyticsOptions,
});

const account = JSON.parse(localStorage.getItem("account") || "null");
if (account) posthog.identify(account.id, { email: account.email, name: account.name, plan: account.plan });
