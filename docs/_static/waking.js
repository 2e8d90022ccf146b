// The modules of live figures.
for (const { dataset } of document.querySelectorAll("[data-module]")) import(dataset.module);
