//go:build tools

// Package tools names what `./test` builds for the tests of Kubernetes, so that go.mod pins it.
package tools

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
)
