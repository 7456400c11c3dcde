package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// pluginFile is what an SDK says about its provider, in pulumi-plugin.json.
type pluginFile struct {
	Resource         bool   `json:"resource"`
	Name             string `json:"name"`
	Version          string `json:"version"`
	Server           string `json:"server"`
	Parameterization *struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Value   []byte `json:"value"` // base64 in the file
	} `json:"parameterization"`
}

// GetRequiredPackages lists the providers of the SDKs in the virtualenv. No Python is started for it.
//
// A plugin gets an empty list: it often shares the virtualenv of the program, and the engine would download every
// provider of the program before it reads the schema of this one. A plugin that does create resources of another
// provider gets that one when it asks for it.
func (h *languageHost) GetRequiredPackages(
	_ context.Context, req *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	if isPlugin(req.GetInfo().GetRootDirectory()) {
		return &pulumirpc.GetRequiredPackagesResponse{}, nil
	}
	interpreter, err := findPython(req.GetInfo())
	if err != nil {
		return nil, err
	}
	files, err := interpreter.installed(filepath.Join("*", "pulumi-plugin.json"))
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetRequiredPackagesResponse{}
	for _, file := range files {
		dependency, err := readPluginFile(file)
		if err != nil {
			return nil, err
		}
		if dependency != nil {
			response.Packages = append(response.Packages, dependency)
		}
	}
	return response, nil
}

func isPlugin(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "PulumiPlugin.yaml"))
	return err == nil
}

// readPluginFile returns nil for a package that brings no provider.
func readPluginFile(path string) (*pulumirpc.PackageDependency, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var content pluginFile
	if err := json.Unmarshal(data, &content); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if !content.Resource {
		return nil, nil
	}
	dependency := &pulumirpc.PackageDependency{
		Name: content.Name, Kind: "resource", Version: content.Version, Server: content.Server,
	}
	if parameter := content.Parameterization; parameter != nil {
		dependency.Parameterization = &pulumirpc.PackageParameterization{
			Name: parameter.Name, Version: parameter.Version, Value: parameter.Value,
		}
	}
	return dependency, nil
}

// GetProgramDependencies lists what is installed in the virtualenv, for `pulumi about`.
func (h *languageHost) GetProgramDependencies(
	_ context.Context, req *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	interpreter, err := findPython(req.GetInfo())
	if err != nil {
		return nil, err
	}
	folders, err := interpreter.installed("*.dist-info")
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, folder := range folders {
		name, version, found := strings.Cut(strings.TrimSuffix(filepath.Base(folder), ".dist-info"), "-")
		if found {
			response.Dependencies = append(response.Dependencies, &pulumirpc.DependencyInfo{Name: name, Version: version})
		}
	}
	return response, nil
}
