# The commands of this project; `make help` lists them. The longer steps are scripts in .ci/.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
export CARGO_TARGET_DIR ?= $(CURDIR)/target

target := $(CARGO_TARGET_DIR)
hunitong := $(target)/debug/hunitong
step = @printf '\n[%s of 6] %s\n' $(1) $(2)

.PHONY: help run dev test audit pictures bench soak dist cores rust

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

run: rust ## build what changed, load the demo association and serve it on http://127.0.0.1:3000
	$(call step,1,'tools of the machine')
	@.ci/packages build-essential
	$(call step,2,'wasm-bindgen and the part that runs in the browser')
	@.ci/site "$(target)/site"
	$(call step,3,'the program: the first time this is the longest step')
	@cargo build --workspace --bin hunitong
	$(call step,4,'settings')
	@"$(hunitong)" check-config
	$(call step,5,'database and demo association')
	@"$(hunitong)" seed-demo --if-empty
	$(call step,6,'serving: Ctrl-C ends')
	@exec "$(hunitong)" serve

dev: rust ## serve, and build and restart on every change
	@.ci/packages build-essential
	@.ci/dev

test: rust ## format, lints, tests on SQLite and PostgreSQL, end to end in Chromium
	@.ci/test

audit: rust ## the long accessibility run: every page, role, width, colour scheme and language
	@.ci/packages build-essential chromium fonts-noto-cjk nodejs npm
	@.ci/site "$(target)/site"
	@cargo build --workspace --bin hunitong
	@.ci/end2end --project audit

pictures: rust ## take the pictures of the README anew, from the demo association
	@.ci/packages build-essential chromium fonts-noto-cjk poppler-utils nodejs npm
	@.ci/site "$(target)/site"
	@cargo build --workspace --bin hunitong
	@.ci/end2end --project pictures

bench: cores dist ## the release program under load, with nginx beside it; sheets, pictures and mail
	@.ci/packages nginx-light wrk python3 curl
	@.ci/npm
	@HUNITONG_SITE_DIR="$(target)/site-dist" cargo build --workspace --example bare_lettre --example phone_photo --release
	@taskset -c "1-$$(($$(nproc) - 1))" node end2end/bench/bench.mjs "$(CURDIR)/target/dist/hunitong" "$(target)/release/examples/bare_lettre" "$(target)/release/examples/phone_photo"

soak: rust ## 20,000 mails through a failing server while the program is killed 200 times, on both databases
	@.ci/packages build-essential postgresql nodejs
	@cargo test -p server --test it soak::at_length -- --ignored --nocapture
	@.ci/postgres cargo test -p server --test it soak::at_length -- --ignored --nocapture

dist: rust ## the release program, in target/dist/hunitong
	@.ci/packages build-essential nodejs npm
	@.ci/site "$(target)/site-dist" --smallest
	@HUNITONG_SITE_DIR="$(target)/site-dist" cargo build --workspace --bin hunitong --release
	@install -D "$(target)/release/hunitong" target/dist/hunitong
	@ls -lh target/dist/hunitong

cores:
	@[ "$$(nproc)" -gt 1 ] || { echo "The bench needs two cores: one for the program, the others for the load." >&2; exit 1; }

rust:
	@command -v cargo >/dev/null || { echo "Rust is missing: please install it from https://rustup.rs, then run this again." >&2; exit 1; }
