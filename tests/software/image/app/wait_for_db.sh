#!/bin/bash
. ./wait.sh
