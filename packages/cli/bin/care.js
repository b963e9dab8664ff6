#!/usr/bin/env node
// Committed as it is, so that `npx care` exists in a checkout before the first build.
import '../dist/main.js';
