// Package shim hands out upstream's Terraform provider, which lies in an internal package: only a module whose path
// begins with upstream's may import that.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// NewProvider makes upstream's provider of resources and data sources.
func NewProvider(version string) *schema.Provider { return provider.New(version)() }
