const { generatePlugin } = require('../plugin-package');

/** `nx g @care/tools:registry-plugin NAME` */
module.exports = (tree, options) => generatePlugin(tree, 'registry', options);
