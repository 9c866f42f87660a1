//go:build commands

// Package helm names the command of Helm that the tests run, so that go.mod and go.sum pin all it needs.
package helm

import (
	_ "helm.sh/helm/v3/cmd/helm"
)
