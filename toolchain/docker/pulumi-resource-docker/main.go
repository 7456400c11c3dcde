// pulumi-resource-docker lets Pulumi's engine work on a Docker engine through upstream's Terraform provider.
//
// It serves programs that use the Python SDK of the same version, so every name here is the SDK's. The schema is a
// stub: no SDK is generated from it.
package main

import (
	"fmt"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	bridged "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-providers/terraform-provider-docker/shim"
)

// version is the SDK's; the build sets it.
var version = "0.0.0"

func main() {
	schema := fmt.Sprintf(`{"name": "docker", "version": %q}`, version)
	tfbridge.Main("docker", version, provider(), []byte(schema))
}

func provider() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:       sdkv2.NewProvider(shim.NewProvider(version)),
		Name:    "docker",
		Version: version,
		Config: map[string]*tfbridge.SchemaInfo{
			"registry_auth": {Name: "registryAuth"},
			// The SDK sends the host that it took from DOCKER_HOST; without one, this is what it means.
			"host": {Default: &tfbridge.DefaultInfo{
				EnvVars: []string{"DOCKER_HOST"},
				Value:   "unix:///var/run/docker.sock",
			}},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"docker_config": {Tok: resource("ServiceConfig")},
			"docker_container": {
				// Two containers cannot share a name or a port.
				DeleteBeforeReplace: true,
				// Lists that the bridge would name in the plural.
				Fields: map[string]*tfbridge.SchemaInfo{
					"command":           {Name: "command"},
					"networks_advanced": {Name: "networksAdvanced"},
				},
			},
			"docker_image": {
				Tok: resource("RemoteImage"),
				// The name says which image; an invented one would say nothing.
				Fields: map[string]*tfbridge.SchemaInfo{"name": {}},
			},
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"docker_image": {Tok: "docker:index/getRemoteImage:getRemoteImage"},
		},
	}
	info.MustComputeTokens(bridged.SingleModule("docker_", "index", bridged.MakeStandard("docker")))
	info.SetAutonaming(255, "-")
	return info
}

func resource(name string) tokens.Type {
	token, err := bridged.MakeStandard("docker")("index", name)
	if err != nil {
		panic(err)
	}
	return tokens.Type(token)
}
