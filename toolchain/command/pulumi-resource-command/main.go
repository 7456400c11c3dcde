// pulumi-resource-command lets Pulumi's engine run commands on this machine: the resource command:local:Command and
// the function command:local:run, with the names and the behaviour that the Python SDK of the same version expects.
//
// Commands on other machines, copies to them, and files as outputs (assetPaths, archivePaths) are no part of it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// version is the SDK's; the build sets it.
var version = "0.0.0"

func main() {
	provider, err := infer.NewProviderBuilder().
		WithResources(infer.Resource(&Command{})).
		WithFunctions(infer.Function(&Run{})).
		Build()
	if err == nil {
		err = provider.Run(context.Background(), "command", version)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
