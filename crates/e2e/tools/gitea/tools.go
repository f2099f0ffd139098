//go:build tools

// Package tools names the program that `./test` builds for a test of the catalog, so that go.mod pins it.
package tools

import _ "code.gitea.io/gitea"
