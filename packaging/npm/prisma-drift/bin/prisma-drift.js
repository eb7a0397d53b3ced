#!/usr/bin/env node
// Starts the program that this machine's platform package carries: nothing is downloaded, nothing is run at install time.
// Where Node can, the program takes this process' place; else it is a child whose streams, signals and status are passed on.
"use strict";

const { accessSync, constants, existsSync, readFileSync } = require("node:fs");
const path = require("node:path");

const FROM_SOURCE = "pipx install git+https://github.com/prisma-drift/prisma-drift";
const PLATFORMS = ["darwin-arm64", "linux-arm64", "linux-x64", "win32-x64"];
const STARTERS = { "linux-x64": "/lib64/ld-linux-x86-64.so.2", "linux-arm64": "/lib/ld-linux-aarch64.so.1" };

function fail(message) {
  process.stderr.write(`prisma-drift: ${message}\n`);
  process.exit(1);
}

/** The folder of the platform package. */
function place(platform) {
  const name = `@prisma-drift/${platform}`;
  if (!PLATFORMS.includes(platform)) {
    fail(`there is no build for ${platform}; with Python 3.11 or newer: ${FROM_SOURCE}`);
  }
  try {
    return path.dirname(require.resolve(`${name}/package.json`));
  } catch {
    fail(
      `the package ${name} is missing: install again with optional dependencies ` +
        "(npm: --include=optional), and without a lock file that another system made where it lacks it",
    );
  }
}

/** What this system's C library is, by the text of its `ldd`, which is read and not run: [family, version]. */
function libc() {
  let text = "";
  try {
    text = readFileSync("/usr/bin/ldd", "latin1");
  } catch {}
  if (text.includes("musl")) return ["musl", ""];
  const told = /\bldd \([^)\n]*\) (\d+\.\d+)/.exec(text);
  if (told) return ["glibc", told[1]];
  process.report.excludeNetwork = true;
  const version = process.report.getReport().header.glibcVersionRuntime;
  return version ? ["glibc", version] : ["musl", ""];
}

function older(one, other) {
  const [a, b] = [one, other].map((text) => text.split(".").map(Number));
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/** Ends with one line where the program cannot start on this Linux. */
function fit(platform, needed) {
  const [family, version] = libc();
  if (family === "musl" || !existsSync(STARTERS[platform])) {
    fail(`this system has no glibc (Alpine has musl), which the build for ${platform} needs in ${needed} or newer; with Python 3.11 or newer: ${FROM_SOURCE}`);
  }
  if (older(version, needed)) {
    fail(`glibc ${version} is too old for the build for ${platform}, which needs ${needed} or newer; with Python 3.11 or newer: ${FROM_SOURCE}`);
  }
}

/** By which command this was started, so that what is printed next can be typed; nothing where it was by its own name. */
function runner() {
  const [agent] = (process.env.npm_config_user_agent || "").split("/");
  const once = /[\\/](?:dlx|xfs)[-\\/]/.test(__dirname);
  return { npm: "npx", pnpm: once ? "pnpm dlx" : "pnpm exec", yarn: once ? "yarn dlx" : "yarn", bun: "bunx" }[agent];
}

function start(program, words) {
  const named = runner();
  if (named) process.env.PRISMA_DRIFT_RUNNER = named;
  if (process.execve && process.platform !== "win32") {
    process.execve(program, [program, ...words]);
  }
  const { spawn } = require("node:child_process");
  const { isatty } = require("node:tty");
  const child = spawn(program, words, { stdio: "inherit" });
  // A terminal sends its own signals to the child as well: a second one would fall into its tidying up.
  const terminal = [0, 1, 2].some((number) => isatty(number));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) {
    process.on(signal, () => {
      if (!terminal || !["SIGINT", "SIGQUIT"].includes(signal)) child.kill(signal);
    });
  }
  child.on("error", (error) => fail(`${program} cannot be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const platform = `${process.platform}-${process.arch}`;
const folder = place(platform);
const program = path.join(folder, "program", process.platform === "win32" ? "prisma-drift.exe" : "prisma-drift");
if (process.platform === "linux") fit(platform, require(path.join(folder, "package.json")).prismaDrift.glibc);
try {
  accessSync(program, constants.X_OK);
} catch (error) {
  fail(`${program} cannot be run (${error.code}): install again`);
}
start(program, process.argv.slice(2));
