//go:build tools

// Package tools names what `./test` builds for the tests of encrypted files, so that go.mod pins it.
package tools

import (
	_ "filippo.io/age/cmd/age"
	_ "filippo.io/age/cmd/age-keygen"
	_ "github.com/getsops/sops/v3/cmd/sops"
)
