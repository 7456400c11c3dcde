package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// python is the interpreter that a program or plugin asks for in the `runtime` of its Pulumi.yaml, PulumiPlugin.yaml
// or PulumiPolicy.yaml.
type python struct {
	executable string
	virtualenv string // absolute; empty for an interpreter on PATH
}

// findPython takes `options.virtualenv`, relative to the folder of the YAML file, else PULUMI_PYTHON_CMD, else
// python3 on PATH.
func findPython(info *pulumirpc.ProgramInfo) (python, error) {
	virtualenv := info.GetOptions().GetFields()["virtualenv"].GetStringValue()
	if virtualenv == "" {
		return pythonOnPath()
	}
	if !filepath.IsAbs(virtualenv) {
		virtualenv = filepath.Join(info.GetRootDirectory(), virtualenv)
	}
	executable := filepath.Join(virtualenv, "bin", "python")
	if _, err := os.Stat(executable); err != nil {
		return python{}, fmt.Errorf("the virtualenv %s named in %s has no bin/python", virtualenv, info.GetRootDirectory())
	}
	return python{executable, virtualenv}, nil
}

func pythonOnPath() (python, error) {
	name := os.Getenv("PULUMI_PYTHON_CMD")
	if name == "" {
		name = "python3"
	}
	executable, err := exec.LookPath(name)
	return python{executable: executable}, err
}

// environment is that of this process with the virtualenv activated, then more.
func (p python) environment(more ...string) []string {
	if p.virtualenv == "" {
		return append(os.Environ(), more...)
	}
	var result []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "PYTHONHOME=") {
			result = append(result, entry)
		}
	}
	bin := filepath.Dir(p.executable)
	result = append(result, "VIRTUAL_ENV="+p.virtualenv, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return append(result, more...)
}

// installed globs for files in the virtualenv's site-packages. An interpreter on PATH is not looked into: asking it
// takes longer than a preview of a small stack.
func (p python) installed(pattern string) ([]string, error) {
	if p.virtualenv == "" {
		return nil, nil
	}
	return filepath.Glob(filepath.Join(p.virtualenv, "lib", "python*", "site-packages", pattern))
}
